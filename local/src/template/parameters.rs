//! The `Parameters` section.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::intrinsics::scalar_text;
use super::{at, template_error};
use crate::StartError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    r#type: String,
    default: Option<Value>,
    allowed_values: Option<Vec<Value>>,
}

/// The value of every parameter: the given one, else its default.
///
/// Fails when there is neither, or the value is not allowed.
pub(super) fn evaluate(
    section: &Map<String, Value>,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Value>, StartError> {
    section.iter().map(|(name, body)| Ok((name.clone(), at(name, value(name, body, given))?))).collect()
}

fn value(name: &str, body: &Value, given: &BTreeMap<String, String>) -> Result<Value, StartError> {
    let parameter: Parameter =
        serde_json::from_value(body.clone()).map_err(|error| template_error(error.to_string()))?;
    let text = match (given.get(name), &parameter.default) {
        (Some(text), _) => text.clone(),
        (None, Some(default)) => scalar_text(default)?,
        (None, None) => return Err(template_error("has no default and no value was given")),
    };
    if let Some(allowed) = &parameter.allowed_values {
        let allowed = allowed.iter().map(scalar_text).collect::<Result<Vec<_>, _>>()?;
        if !allowed.contains(&text) {
            return Err(template_error(format!("{text:?} is not one of {allowed:?}")));
        }
    }
    match parameter.r#type.as_str() {
        "String" | "Number" => Ok(json!(text)),
        "CommaDelimitedList" => Ok(json!(text.split(',').map(str::trim).collect::<Vec<_>>())),
        other => Err(template_error(format!("parameter type {other} is not supported"))),
    }
}
