//! `AWS::KMS::Key` and `AWS::KMS::Alias`.

use serde_json::{Value, json};

use super::aws_call::AwsCaller;
use crate::template::{Physical, Resource, Template};
use crate::{Service, StartError};

/// Properties without meaning on a laptop, where nobody is denied anything.
const IGNORED: [&str; 6] = [
    "BypassPolicyLockoutSafetyCheck",
    "EnableKeyRotation",
    "KeyPolicy",
    "PendingWindowInDays",
    "RotationPeriodInDays",
    "Tags",
];

/// What `CreateKey` takes from the template.
const KEPT: [&str; 3] = ["Description", "KeySpec", "KeyUsage"];

/// Creates the keys that do not exist yet. Each is found again by an alias named for it.
pub(super) async fn create_keys(template: &mut Template, aws: &AwsCaller) -> Result<(), StartError> {
    for (id, properties) in wanted(template, "AWS::KMS::Key", &IGNORED)? {
        refuse_unknown(&id, &properties, &KEPT)?;
        let alias = format!("alias/{}/{id}", crate::template::STACK_NAME);
        let metadata = match aws.call(Service::Kms, "DescribeKey", &json!({ "KeyId": alias })).await? {
            Ok(described) => described,
            Err(name) if name == "NotFoundException" => {
                let created = aws.must(Service::Kms, "CreateKey", &properties).await?;
                let target = text(&created, "KeyId");
                let named = json!({ "AliasName": alias, "TargetKeyId": target });
                aws.must(Service::Kms, "CreateAlias", &named).await?;
                created
            }
            Err(name) => return Err(StartError::Endpoint(format!("DescribeKey {alias}: {name}"))),
        };
        let physical = Physical::new(text(&metadata, "KeyId"), "Arn", text(&metadata, "Arn"));
        let key_id = text(&metadata, "KeyId");
        template.define(&id, physical.with("KeyId", key_id));
    }
    Ok(())
}

/// Creates the aliases that do not exist yet; an existing one keeps its target.
pub(super) async fn create_aliases(template: &mut Template, aws: &AwsCaller) -> Result<(), StartError> {
    for (id, properties) in wanted(template, "AWS::KMS::Alias", &[])? {
        refuse_unknown(&id, &properties, &["AliasName", "TargetKeyId"])?;
        match aws.call(Service::Kms, "CreateAlias", &properties).await? {
            Ok(_) => {}
            Err(name) if name == "AlreadyExistsException" => {}
            Err(name) => return Err(StartError::Endpoint(format!("CreateAlias for {id}: {name}"))),
        }
        let name = properties.get("AliasName").and_then(Value::as_str).unwrap_or_default();
        template.define(&id, Physical { reference: name.to_owned(), ..Physical::default() });
    }
    Ok(())
}

/// The resolved properties of every resource of a type, with its name.
pub(super) fn wanted(
    template: &Template,
    kind: &str,
    ignored: &[&str],
) -> Result<Vec<(String, Value)>, StartError> {
    let resolve = |resource: &Resource<'_>| {
        template.properties(resource, ignored).map(|properties| (resource.id.to_owned(), properties))
    };
    template.resources(kind)?.iter().map(resolve).collect()
}

/// Fails on a property that would be lost without a word.
pub(super) fn refuse_unknown(id: &str, properties: &Value, known: &[&str]) -> Result<(), StartError> {
    let names = properties.as_object().into_iter().flat_map(|members| members.keys());
    match names.into_iter().find(|name| !known.contains(&name.as_str())) {
        Some(unknown) => {
            Err(StartError::Template(format!("Resources.{id}: property {unknown} is not supported")))
        }
        None => Ok(()),
    }
}

fn text(answer: &Value, member: &str) -> String {
    let value = answer.get("KeyMetadata").and_then(|metadata| metadata.get(member)).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}
