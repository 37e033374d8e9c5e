//! The `Conditions` section.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::intrinsics::scalar_text;
use super::scope::Scope;
use super::{at, template_error};
use crate::StartError;

/// Conditions may name each other this deep; deeper means a circle.
const MAX_DEPTH: usize = 20;

/// Evaluates every condition. Fails on circles and on functions that conditions cannot use.
pub(super) fn evaluate(
    scope: &Scope,
    section: &Map<String, Value>,
) -> Result<BTreeMap<String, bool>, StartError> {
    let evaluation = Evaluation { scope, section };
    section.iter().map(|(name, body)| Ok((name.clone(), at(name, evaluation.value(body, 0))?))).collect()
}

struct Evaluation<'a> {
    scope: &'a Scope,
    section: &'a Map<String, Value>,
}

impl Evaluation<'_> {
    fn value(&self, body: &Value, depth: usize) -> Result<bool, StartError> {
        if depth > MAX_DEPTH {
            return Err(template_error("conditions refer to each other in a circle"));
        }
        let unsupported = || template_error(format!("not a condition: {body}"));
        let (name, argument) =
            body.as_object().and_then(|body| body.iter().next()).ok_or_else(unsupported)?;
        match (name.as_str(), argument) {
            ("Condition", Value::String(other)) => match self.section.get(other) {
                Some(body) => self.value(body, depth + 1),
                None => Err(template_error(format!("no condition named {other}"))),
            },
            ("Fn::Not", Value::Array(items)) => match items.as_slice() {
                [item] => Ok(!self.value(item, depth + 1)?),
                _ => Err(unsupported()),
            },
            ("Fn::And", Value::Array(items)) => Ok(self.values(items, depth)?.into_iter().all(|value| value)),
            ("Fn::Or", Value::Array(items)) => Ok(self.values(items, depth)?.into_iter().any(|value| value)),
            ("Fn::Equals", Value::Array(items)) => match items.as_slice() {
                [left, right] => Ok(self.text(left)? == self.text(right)?),
                _ => Err(unsupported()),
            },
            _ => Err(unsupported()),
        }
    }

    fn values(&self, items: &[Value], depth: usize) -> Result<Vec<bool>, StartError> {
        items.iter().map(|item| self.value(item, depth + 1)).collect()
    }

    fn text(&self, value: &Value) -> Result<String, StartError> {
        scalar_text(&self.scope.resolve_some(value)?)
    }
}
