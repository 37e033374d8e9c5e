//! `template.yaml` as JSON, its short intrinsics spelled out: `!GetAtt A.Arn` is `{"Fn::GetAtt": "A.Arn"}`.

use std::fs;

use saphyr::{LoadableYamlNode, Yaml};
use serde_json::{Map, Value, json};

use crate::{Result, root};

/// A SAM template.
#[derive(Clone, Debug)]
pub struct Template(Value);

/// One function of the template.
#[derive(Clone, Copy, Debug)]
pub struct Function<'t> {
    /// Its logical id, such as `TokenFunction`.
    pub id: &'t str,
    /// The package in `functions/` that it is built from: the last part of `CodeUri`.
    pub package: &'t str,
    /// Its properties.
    pub properties: &'t Value,
}

impl Template {
    /// The repository's own. Fails if it cannot be read or parsed.
    pub fn load() -> Result<Self> {
        Self::parse(&fs::read_to_string(root().join("template.yaml"))?)
    }

    /// Parses a template. Fails on bad YAML and on an empty document.
    pub fn parse(text: &str) -> Result<Self> {
        let documents = Yaml::load_from_str(text)?;
        Ok(Self(json_of(documents.first().ok_or("an empty template")?)))
    }

    /// Everything under `Resources`, by logical id.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0["Resources"].as_object().into_iter().flatten().map(|(id, resource)| (id.as_str(), resource))
    }

    /// The properties of a resource; null if there is none of that id.
    pub fn properties(&self, id: &str) -> &Value {
        &self.0["Resources"][id]["Properties"]
    }

    /// The functions, in order of their logical ids.
    pub fn functions(&self) -> impl Iterator<Item = Function<'_>> {
        self.resources().filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function").map(
            |(id, resource)| {
                let properties = &resource["Properties"];
                let code = properties["CodeUri"].as_str().unwrap_or_default();
                Function { id, package: code.rsplit('/').next().unwrap_or_default(), properties }
            },
        )
    }

    /// The function built from a package of `functions/`.
    pub fn function(&self, package: &str) -> Option<Function<'_>> {
        self.functions().find(|function| function.package == package)
    }
}

/// The strings of a scalar or a list: `CloudFormation` takes either in many places.
pub fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        single => single.as_str().into_iter().collect(),
    }
}

fn json_of(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Tagged(tag, inner) if tag.suffix == "Ref" || tag.suffix == "Condition" => {
            json!({ tag.suffix.as_str(): json_of(inner) })
        }
        Yaml::Tagged(tag, inner) => json!({ format!("Fn::{}", tag.suffix): json_of(inner) }),
        Yaml::Sequence(items) => items.iter().map(json_of).collect(),
        Yaml::Mapping(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, value)| (key.as_str().unwrap_or_default().to_owned(), json_of(value)))
                .collect::<Map<_, _>>(),
        ),
        scalar => scalar_json(scalar),
    }
}

fn scalar_json(node: &Yaml<'_>) -> Value {
    if let Some(text) = node.as_str() {
        json!(text)
    } else if let Some(flag) = node.as_bool() {
        json!(flag)
    } else if let Some(number) = node.as_integer() {
        json!(number)
    } else if let Some(number) = node.as_floating_point() {
        json!(number)
    } else {
        Value::Null
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_intrinsics_are_spelled_out() {
        let template = Template::parse(
            "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: functions/f\n      A: !GetAtt T.Arn\n      B: !If [C, true, !Ref X]\n      D: '2.0'\n",
        )
        .unwrap();
        let function = template.function("f").unwrap();
        assert_eq!(function.id, "F");
        assert_eq!(function.properties["A"], json!({"Fn::GetAtt": "T.Arn"}));
        assert_eq!(function.properties["B"], json!({"Fn::If": ["C", true, {"Ref": "X"}]}));
        assert_eq!(function.properties["D"], "2.0");
    }

    #[test]
    fn one_string_and_a_list_of_strings_are_the_same() {
        assert_eq!(strings(&json!("a")), ["a"]);
        assert_eq!(strings(&json!(["a", "b"])), ["a", "b"]);
        assert!(strings(&Value::Null).is_empty());
    }
}
