//! `Fn::Sub`.

use serde_json::{Map, Value};

use super::intrinsics::scalar_text;
use super::scope::Scope;
use super::template_error;
use crate::StartError;

impl Scope {
    /// Fills in `${Name}`, `${Resource.Attribute}` and the names of the second argument; `${!x}` stays `${x}`.
    pub(super) fn substitute(&self, argument: &Value) -> Result<String, StartError> {
        let none = Map::new();
        let (text, names) = match argument {
            Value::String(text) => (text, &none),
            Value::Array(arguments) => match arguments.as_slice() {
                [Value::String(text), Value::Object(names)] => (text, names),
                _ => return Err(template_error("expected text and names")),
            },
            _ => return Err(template_error("expected text, or text and names")),
        };
        let mut result = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            let (name, tail) =
                after.split_once('}').ok_or_else(|| template_error(format!("unclosed ${{ in {text:?}")))?;
            result.push_str(before);
            result.push_str(&self.variable(name.trim(), names)?);
            rest = tail;
        }
        result.push_str(rest);
        Ok(result)
    }

    fn variable(&self, name: &str, names: &Map<String, Value>) -> Result<String, StartError> {
        if let Some(literal) = name.strip_prefix('!') {
            return Ok(format!("${{{literal}}}"));
        }
        let value = match names.get(name) {
            Some(value) => self.resolve_some(value)?,
            None => self.reference(name)?.ok_or_else(|| template_error("AWS::NoValue in text"))?,
        };
        scalar_text(&value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::template::Physical;

    fn scope() -> Scope {
        let mut scope = Scope { api_base: "http://localhost:8080".into(), ..Scope::default() };
        scope.parameters.insert("Stage".into(), json!("dev"));
        scope.api_ids.push("HttpApi".into());
        scope
            .resources
            .insert("HttpApi".into(), Physical::new("HttpApi", "ApiEndpoint", "http://localhost:8080"));
        scope.resources.insert("Table".into(), Physical::new("things", "Arn", "arn:things"));
        scope
    }

    fn resolve(value: &Value) -> Result<Value, StartError> {
        scope().resolve_some(value)
    }

    #[test]
    fn names_attributes_locals_and_literals() {
        let text = "${AWS::Region}/${Stage}/${Table}/${Table.Arn}/${Extra}/${!Raw}";
        let value = json!({ "Fn::Sub": [text, { "Extra": { "Ref": "Stage" } }] });
        assert_eq!(resolve(&value).unwrap(), "us-east-1/dev/things/arn:things/dev/${Raw}");
    }

    #[test]
    fn addresses_of_the_apis_become_local() {
        let sub = |text: &str| resolve(&json!({ "Fn::Sub": text })).unwrap();
        let host = "https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}";
        assert_eq!(sub(host), "http://localhost:8080");
        assert_eq!(sub(&format!("{host}/v1/me")), "http://localhost:8080/v1/me");
    }

    #[test]
    fn what_means_nothing_is_loud() {
        for text in ["${Nothing}", "${Table.Nothing}", "${Open", "${AWS::NoValue}", "${AWS::Nothing}"] {
            assert!(resolve(&json!({ "Fn::Sub": text })).is_err(), "{text}");
        }
    }

    #[test]
    fn join_split_select_and_find() {
        let parts = json!({ "Fn::Split": ["-", "a-b-c"] });
        assert_eq!(resolve(&json!({ "Fn::Join": ["/", parts] })).unwrap(), "a/b/c");
        assert_eq!(resolve(&json!({ "Fn::Select": [1, parts] })).unwrap(), "b");
        assert!(resolve(&json!({ "Fn::Select": [3, parts] })).is_err());
        assert!(resolve(&json!({ "Fn::FindInMap": ["M", "a", "b"] })).is_err());
        assert!(resolve(&json!({ "Fn::ImportValue": "x" })).is_err());
        assert!(resolve(&json!("{{resolve:ssm:/x}}")).is_err());
    }

    #[test]
    fn no_value_removes_a_member() {
        assert_eq!(resolve(&json!({ "a": { "Ref": "AWS::NoValue" }, "b": 1 })).unwrap(), json!({ "b": 1 }));
    }
}
