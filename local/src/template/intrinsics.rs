//! Intrinsic functions in values.

use serde_json::{Map, Value, json};

use super::scope::Scope;
use super::{at, template_error};
use crate::StartError;

impl Scope {
    /// Resolves every intrinsic function in a value. Nothing means `AWS::NoValue`.
    pub(super) fn resolve(&self, value: &Value) -> Result<Option<Value>, StartError> {
        match value {
            Value::Object(members) => match single_member(members) {
                Some(("Ref", name)) => self.reference(text(name)?),
                Some((name, argument)) if name.starts_with("Fn::") => at(name, self.call(name, argument)),
                _ => self.resolve_members(members).map(Some),
            },
            Value::Array(items) => self.resolve_items(items).map(|items| Some(Value::Array(items))),
            Value::String(text) if text.contains("{{resolve:") => {
                Err(template_error(format!("dynamic reference {text:?} is not supported")))
            }
            plain => Ok(Some(plain.clone())),
        }
    }

    /// As [`Scope::resolve`], where `AWS::NoValue` makes no sense.
    pub(super) fn resolve_some(&self, value: &Value) -> Result<Value, StartError> {
        self.resolve(value)?.ok_or_else(|| template_error("AWS::NoValue is not possible here"))
    }

    fn resolve_members(&self, members: &Map<String, Value>) -> Result<Value, StartError> {
        let mut resolved = Map::new();
        for (name, value) in members {
            if let Some(value) = at(name, self.resolve(value))? {
                resolved.insert(name.clone(), value);
            }
        }
        Ok(Value::Object(resolved))
    }

    fn resolve_items(&self, items: &[Value]) -> Result<Vec<Value>, StartError> {
        items.iter().filter_map(|item| self.resolve(item).transpose()).collect()
    }

    fn call(&self, name: &str, argument: &Value) -> Result<Option<Value>, StartError> {
        match (name, argument) {
            ("Fn::If", Value::Array(arguments)) => self.choose(arguments),
            ("Fn::GetAtt", Value::String(path)) => match path.split_once('.') {
                Some((resource, attribute)) => self.attribute(resource, attribute).map(Some),
                None => Err(template_error("no attribute")),
            },
            ("Fn::GetAtt", Value::Array(path)) => match path.as_slice() {
                [Value::String(resource), Value::String(attribute)] => {
                    self.attribute(resource, attribute).map(Some)
                }
                _ => Err(template_error("expected a resource and an attribute")),
            },
            ("Fn::Sub", _) => self.substitute(argument).map(|text| Some(json!(self.localize(text)))),
            ("Fn::Join" | "Fn::Select" | "Fn::Split" | "Fn::FindInMap", Value::Array(arguments)) => {
                let arguments = self.resolve_items(arguments)?;
                self.call_resolved(name, &arguments).map(Some)
            }
            _ => Err(template_error("not supported")),
        }
    }

    fn choose(&self, arguments: &[Value]) -> Result<Option<Value>, StartError> {
        let [Value::String(condition), yes, no] = arguments else {
            return Err(template_error("expected a condition and two values"));
        };
        self.resolve(if self.condition(condition)? { yes } else { no })
    }

    /// The value of a named condition. Fails when there is none of that name.
    pub(super) fn condition(&self, name: &str) -> Result<bool, StartError> {
        self.conditions.get(name).copied().ok_or_else(|| template_error(format!("no condition named {name}")))
    }

    fn call_resolved(&self, name: &str, arguments: &[Value]) -> Result<Value, StartError> {
        match (name, arguments) {
            ("Fn::Join", [Value::String(delimiter), Value::Array(parts)]) => {
                let parts = parts.iter().map(scalar_text).collect::<Result<Vec<_>, _>>()?;
                Ok(json!(self.localize(parts.join(delimiter))))
            }
            ("Fn::Split", [Value::String(delimiter), Value::String(text)]) => {
                Ok(json!(text.split(delimiter.as_str()).collect::<Vec<_>>()))
            }
            ("Fn::Select", [index, Value::Array(items)]) => {
                let index: usize =
                    scalar_text(index)?.parse().map_err(|_| template_error("the index is no number"))?;
                items.get(index).cloned().ok_or_else(|| template_error("the index is past the end"))
            }
            ("Fn::FindInMap", [map, first, second]) => {
                let path = [text(map)?, text(first)?, text(second)?];
                let found = path.iter().try_fold(&self.mappings, |value, key| value.get(key));
                found.cloned().ok_or_else(|| template_error(format!("nothing at {}", path.join("."))))
            }
            _ => Err(template_error("wrong arguments")),
        }
    }
}

fn single_member(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = members.iter();
    match (entries.next(), entries.next()) {
        (Some((name, value)), None) => Some((name, value)),
        _ => None,
    }
}

/// A value as text: text, numbers and booleans. Fails for everything else.
pub(super) fn scalar_text(value: &Value) -> Result<String, StartError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(template_error("expected text, a number or a boolean")),
    }
}

fn text(value: &Value) -> Result<&str, StartError> {
    value.as_str().ok_or_else(|| template_error("expected text"))
}
