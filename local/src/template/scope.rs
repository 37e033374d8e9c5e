//! What names mean in a template: parameters, conditions, mappings and resources.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{REGION, STACK_NAME, template_error};
use crate::StartError;
use crate::kms::ACCOUNT;

/// A resource as other places see it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Physical {
    /// What `Ref` gives.
    pub(crate) reference: String,
    /// What `GetAtt` gives, by attribute.
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Physical {
    /// A resource with one attribute.
    pub(crate) fn new(reference: impl Into<String>, attribute: &str, value: impl Into<String>) -> Self {
        let attributes = BTreeMap::from([(attribute.to_owned(), value.into())]);
        Self { reference: reference.into(), attributes }
    }

    /// The same with one more attribute.
    pub(crate) fn with(mut self, attribute: &str, value: impl Into<String>) -> Self {
        self.attributes.insert(attribute.to_owned(), value.into());
        self
    }
}

/// The names of a template.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) mappings: Value,
    pub(super) conditions: BTreeMap<String, bool>,
    pub(super) resources: BTreeMap<String, Physical>,
    /// Ids of the APIs, whose AWS addresses become `api_base`.
    pub(super) api_ids: Vec<String>,
    /// The gateway's base address.
    pub(super) api_base: String,
}

impl Scope {
    /// `Ref`; nothing for `AWS::NoValue`. Fails on names that stand for nothing here.
    pub(super) fn reference(&self, name: &str) -> Result<Option<Value>, StartError> {
        if let Some(pseudo) = name.strip_prefix("AWS::") {
            return pseudo_parameter(pseudo);
        }
        if let Some(value) = self.parameters.get(name) {
            return Ok(Some(value.clone()));
        }
        if let Some((resource, attribute)) = name.split_once('.') {
            return self.attribute(resource, attribute).map(Some);
        }
        match self.resources.get(name) {
            Some(physical) => Ok(Some(json!(physical.reference))),
            None => Err(template_error(format!(
                "Ref {name}: no such parameter, or a resource without a local form"
            ))),
        }
    }

    /// `GetAtt`. Fails on resources and attributes that have no local form.
    pub(super) fn attribute(&self, resource: &str, attribute: &str) -> Result<Value, StartError> {
        let found = self.resources.get(resource).and_then(|physical| physical.attributes.get(attribute));
        found.map(|value| json!(value)).ok_or_else(|| {
            template_error(format!(
                "GetAtt {resource}.{attribute}: this resource or attribute has no local form"
            ))
        })
    }

    /// Puts the gateway's address in place of the AWS addresses of the template's APIs.
    pub(super) fn localize(&self, text: String) -> String {
        self.api_ids.iter().fold(text, |text, id| {
            let aws = format!("https://{id}.execute-api.");
            let Some((before, after)) = text.split_once(&aws) else { return text };
            let path = after.find('/').map_or("", |slash| after.get(slash..).unwrap_or_default());
            format!("{before}{}{path}", self.api_base)
        })
    }
}

fn pseudo_parameter(name: &str) -> Result<Option<Value>, StartError> {
    Ok(Some(match name {
        "NoValue" => return Ok(None),
        "Region" => json!(REGION),
        "AccountId" => json!(ACCOUNT),
        "Partition" => json!("aws"),
        "StackName" => json!(STACK_NAME),
        "StackId" => json!(format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK_NAME}/local")),
        "URLSuffix" => json!("amazonaws.com"),
        _ => return Err(template_error(format!("pseudo parameter AWS::{name} is not supported"))),
    }))
}
