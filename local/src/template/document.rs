//! A template with its names: what is in it, resource by resource.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::scope::{Physical, Scope};
use super::{at, conditions, parameters, template_error, yaml};
use crate::StartError;

/// A template under evaluation. Resources become known to it as they are created.
pub(crate) struct Template {
    root: Value,
    pub(super) scope: Scope,
}

/// A resource whose condition holds.
pub(crate) struct Resource<'a> {
    /// Its name in the template.
    pub(crate) id: &'a str,
    /// Its body: `Type`, `Properties`, `Metadata`.
    pub(crate) body: &'a Value,
}

impl Template {
    /// Parses a template and evaluates parameters and conditions.
    ///
    /// `given` overrides parameters; names that the template does not have are ignored. `api_base` is where the
    /// gateway serves its APIs. Fails on anything malformed.
    pub(crate) fn parse(
        text: &str,
        given: &BTreeMap<String, String>,
        api_base: &str,
    ) -> Result<Self, StartError> {
        let root = yaml::parse(text)?;
        let none = Map::new();
        let section = |name: &str| root.get(name).and_then(Value::as_object).unwrap_or(&none);
        let mut scope = Scope {
            parameters: at("Parameters", parameters::evaluate(section("Parameters"), given))?,
            mappings: root.get("Mappings").cloned().unwrap_or_default(),
            api_base: api_base.to_owned(),
            ..Scope::default()
        };
        scope.conditions = at("Conditions", conditions::evaluate(&scope, section("Conditions")))?;
        let template = Self { root, scope };
        template.resources("")?;
        Ok(template)
    }

    /// The resources of one type (`""`: of any) whose condition holds.
    pub(crate) fn resources(&self, wanted: &str) -> Result<Vec<Resource<'_>>, StartError> {
        let Some(section) = self.root.get("Resources").and_then(Value::as_object) else {
            return Err(template_error("there are no Resources"));
        };
        let mut found = Vec::new();
        for (id, body) in section {
            let Some(kind) = body.get("Type").and_then(Value::as_str) else {
                return Err(template_error(format!("Resources.{id} has no Type")));
            };
            let exists = match body.get("Condition").and_then(Value::as_str) {
                Some(condition) => at(id, self.scope.condition(condition))?,
                None => true,
            };
            if exists && (wanted.is_empty() || wanted == kind) {
                found.push(Resource { id, body });
            }
        }
        Ok(found)
    }

    /// Resolves some of a resource's properties: all but the `ignored` ones. `Globals` of its kind come first.
    ///
    /// Fails on intrinsics that cannot be resolved.
    pub(crate) fn properties(&self, resource: &Resource<'_>, ignored: &[&str]) -> Result<Value, StartError> {
        let own = resource.body.get("Properties").cloned().unwrap_or_else(|| Value::Object(Map::new()));
        let kind = resource.body.get("Type").and_then(Value::as_str).unwrap_or_default();
        let globals =
            kind.strip_prefix("AWS::Serverless::").and_then(|kind| self.root.get("Globals")?.get(kind));
        let mut merged = globals.cloned().map_or_else(|| own.clone(), |globals| merge(globals, own.clone()));
        if let Some(members) = merged.as_object_mut() {
            members.retain(|name, _| !ignored.contains(&name.as_str()));
        }
        at(&format!("Resources.{}", resource.id), self.scope.resolve_some(&merged))
    }

    /// Makes a resource known to `Ref` and `GetAtt`.
    pub(crate) fn define(&mut self, id: &str, physical: Physical) {
        self.scope.resources.insert(id.to_owned(), physical);
    }

    /// Makes an API known, whose AWS addresses then become local ones.
    pub(crate) fn define_api(&mut self, id: &str, physical: Physical) {
        self.scope.api_ids.push(id.to_owned());
        self.define(id, physical);
    }

    /// The resolved `Outputs` whose condition holds, by name.
    pub(crate) fn outputs(&self) -> Result<BTreeMap<String, String>, StartError> {
        let mut outputs = BTreeMap::new();
        for (name, body) in self.root.get("Outputs").and_then(Value::as_object).into_iter().flatten() {
            let place = format!("Outputs.{name}");
            if let Some(condition) = body.get("Condition").and_then(Value::as_str)
                && !at(&place, self.scope.condition(condition))?
            {
                continue;
            }
            let value = body.get("Value").ok_or_else(|| template_error(format!("{place} has no Value")))?;
            let value = at(&place, self.scope.resolve_some(value))?;
            outputs.insert(name.clone(), at(&place, super::intrinsics::scalar_text(&value))?);
        }
        Ok(outputs)
    }
}

/// `Globals` as SAM merges them: maps member by member, lists one after the other, all else replaced.
fn merge(global: Value, own: Value) -> Value {
    match (global, own) {
        (Value::Object(mut global), Value::Object(own)) if !is_intrinsic(&global) && !is_intrinsic(&own) => {
            for (name, value) in own {
                let value = match global.remove(&name) {
                    Some(inherited) => merge(inherited, value),
                    None => value,
                };
                global.insert(name, value);
            }
            Value::Object(global)
        }
        (Value::Array(mut global), Value::Array(own)) => {
            global.extend(own);
            Value::Array(global)
        }
        (_, own) => own,
    }
}

fn is_intrinsic(members: &Map<String, Value>) -> bool {
    members.len() == 1 && members.keys().all(|name| name == "Ref" || name.starts_with("Fn::"))
}
