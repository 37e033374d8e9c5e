//! `FilterCriteria`: as much of Lambda's filter rules as this project may need, and a loud error for the rest.

use serde_json::{Map, Value};

use crate::StartError;
use crate::template::{at, template_error};

/// The members of a record that a pattern may name; any other would match nothing, for ever.
const MEMBERS: [&str; 7] =
    ["awsRegion", "dynamodb", "eventID", "eventName", "eventSource", "eventVersion", "userIdentity"];

/// Which records reach the function: those that match one pattern, or all when there is none.
pub(super) struct Filter(Vec<Pattern>);

enum Pattern {
    /// Every named member matches.
    Members(Vec<(String, Pattern)>),
    /// One rule matches.
    Any(Vec<Rule>),
}

enum Rule {
    /// The value itself.
    Equals(Value),
    /// `{"prefix": "x"}`.
    Prefix(String),
    /// `{"exists": true}`. Looks at leaves only, as Lambda's does: an object does not "exist".
    Exists(bool),
}

impl Filter {
    /// Reads JSON patterns. Fails on what is no pattern, and on rules that are not known here.
    pub(super) fn parse(patterns: &[String]) -> Result<Self, StartError> {
        patterns
            .iter()
            .map(|text| at(&format!("Pattern {text}"), parse(text)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a record, as the event has it, reaches the function.
    pub(super) fn lets_through(&self, record: &Value) -> bool {
        self.0.is_empty() || self.0.iter().any(|pattern| pattern.matches(Some(record)))
    }
}

fn parse(text: &str) -> Result<Pattern, StartError> {
    let pattern: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| template_error(error.to_string()))?;
    if let Some(unknown) = pattern.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(template_error(format!("a record has no {unknown}")));
    }
    members(&pattern)
}

fn members(pattern: &Map<String, Value>) -> Result<Pattern, StartError> {
    if pattern.is_empty() {
        return Err(template_error("an empty object matches nothing"));
    }
    let member = |(name, pattern): (&String, &Value)| {
        let pattern = match pattern {
            Value::Object(inner) => members(inner),
            Value::Array(rules) if !rules.is_empty() => {
                rules.iter().map(rule).collect::<Result<_, _>>().map(Pattern::Any)
            }
            _ => Err(template_error("expected an object or a list of rules")),
        };
        Ok((name.clone(), at(name, pattern)?))
    };
    pattern.iter().map(member).collect::<Result<_, _>>().map(Pattern::Members)
}

fn rule(rule: &Value) -> Result<Rule, StartError> {
    let unknown = || template_error(format!("rule {rule} is not supported"));
    let members = match rule {
        Value::Object(members) if members.len() == 1 => members,
        Value::Object(_) | Value::Array(_) => return Err(unknown()),
        value => return Ok(Rule::Equals(value.clone())),
    };
    match (members.get("exists"), members.get("prefix")) {
        (Some(Value::Bool(exists)), _) => Ok(Rule::Exists(*exists)),
        (_, Some(Value::String(prefix))) => Ok(Rule::Prefix(prefix.clone())),
        _ => Err(unknown()),
    }
}

impl Pattern {
    fn matches(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Members(members) => {
                members.iter().all(|(name, pattern)| pattern.matches(value.and_then(|value| value.get(name))))
            }
            Self::Any(rules) => rules.iter().any(|rule| rule.matches(value)),
        }
    }
}

impl Rule {
    fn matches(&self, value: Option<&Value>) -> bool {
        // A list matches when one of its elements does.
        let values = match value {
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        match self {
            Self::Equals(wanted) => values.contains(wanted),
            Self::Prefix(prefix) => {
                values.iter().filter_map(Value::as_str).any(|text| text.starts_with(prefix.as_str()))
            }
            Self::Exists(wanted) => value.is_some_and(|value| !value.is_object()) == *wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lets_through(patterns: &[Value], record: &Value) -> bool {
        let patterns: Vec<String> = patterns.iter().map(Value::to_string).collect();
        Filter::parse(&patterns).unwrap().lets_through(record)
    }

    #[test]
    fn names_images_and_keys() {
        let new = json!({ "PK": { "S": "AUDIT#1" }, "tags": { "SS": ["a", "b"] } });
        let record = json!({ "eventName": "INSERT", "dynamodb": { "NewImage": new } });
        let image = |rules: Value| json!({ "dynamodb": { "NewImage": rules } });
        for matching in [
            vec![],
            vec![json!({ "eventName": ["REMOVE", "INSERT"] })],
            vec![
                json!({ "eventName": ["REMOVE"] }),
                image(json!({ "PK": { "S": [{ "prefix": "AUDIT#" }] } })),
            ],
            vec![image(
                json!({ "PK": { "S": [{ "exists": true }] }, "ttl": { "N": [{ "exists": false }] } }),
            )],
            vec![image(json!({ "tags": { "SS": ["b"] } }))],
            vec![json!({ "dynamodb": { "OldImage": [{ "exists": false }] } })],
        ] {
            assert!(lets_through(&matching, &record), "{matching:?}");
        }
        for other in [
            json!({ "eventName": ["INSERT"], "dynamodb": { "OldImage": { "PK": { "S": [{ "exists": true }] } } } }),
            json!({ "dynamodb": { "NewImage": [{ "exists": true }] } }),
            image(json!({ "PK": { "S": ["AUDIT#2", { "prefix": "GRANT#" }] } })),
        ] {
            assert!(!lets_through(std::slice::from_ref(&other), &record), "{other}");
        }
    }

    #[test]
    fn what_is_not_known_here_is_loud() {
        for pattern in [
            "no JSON",
            "[]",
            "{}",
            r#"{"eventname":["INSERT"]}"#,
            r#"{"eventName":"INSERT"}"#,
            r#"{"eventName":[]}"#,
            r#"{"eventName":[{"anything-but":"REMOVE"}]}"#,
            r#"{"eventName":[{"exists":"yes"}]}"#,
            r#"{"eventName":[["INSERT"]]}"#,
        ] {
            assert!(Filter::parse(&[pattern.to_owned()]).is_err(), "{pattern}");
        }
    }
}
