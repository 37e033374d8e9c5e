//! YAML to JSON, short intrinsics (`!Sub`) written out (`Fn::Sub`).

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Number, Value, json};

use super::template_error;
use crate::StartError;

/// Parses one YAML document. Fails on bad YAML, on aliases and on unknown tags.
pub(super) fn parse(text: &str) -> Result<Value, StartError> {
    let documents = Yaml::load_from_str(text).map_err(|error| template_error(format!("YAML: {error}")))?;
    match documents.as_slice() {
        [document] => convert(document),
        _ => Err(template_error("YAML: expected exactly one document")),
    }
}

fn convert(node: &Yaml<'_>) -> Result<Value, StartError> {
    match node {
        Yaml::Value(scalar) => Ok(convert_scalar(scalar)),
        Yaml::Sequence(items) => items.iter().map(convert).collect::<Result<Vec<_>, _>>().map(Value::Array),
        Yaml::Mapping(members) => {
            let mut object = Map::new();
            for (name, value) in members {
                object.insert(convert_key(name)?, convert(value)?);
            }
            Ok(Value::Object(object))
        }
        Yaml::Tagged(tag, node) if tag.handle == "!" => write_out(&tag.suffix, convert(node)?),
        Yaml::Tagged(tag, _) => Err(template_error(format!("YAML: unknown tag {tag:?}"))),
        Yaml::Alias(_) | Yaml::BadValue | Yaml::Representation(..) => {
            Err(template_error("YAML: a value cannot be understood"))
        }
    }
}

fn convert_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => json!(value),
        Scalar::Integer(value) => json!(value),
        Scalar::FloatingPoint(value) => {
            Number::from_f64(value.into_inner()).map_or(Value::Null, Value::Number)
        }
        Scalar::String(value) => json!(value),
    }
}

fn convert_key(key: &Yaml<'_>) -> Result<String, StartError> {
    match convert(key)? {
        Value::String(name) => Ok(name),
        other @ (Value::Number(_) | Value::Bool(_)) => Ok(other.to_string()),
        _ => Err(template_error("YAML: a key is neither text nor a number")),
    }
}

fn write_out(tag: &str, value: Value) -> Result<Value, StartError> {
    let name = match tag {
        "Ref" | "Condition" => tag.to_owned(),
        "GetAtt" | "Sub" | "Join" | "If" | "Equals" | "Not" | "And" | "Or" | "FindInMap" | "Select"
        | "Split" | "ImportValue" => format!("Fn::{tag}"),
        _ => return Err(template_error(format!("intrinsic !{tag} is not supported"))),
    };
    let value = match (tag, &value) {
        ("GetAtt", Value::String(path)) => match path.split_once('.') {
            Some((resource, attribute)) => json!([resource, attribute]),
            None => return Err(template_error(format!("!GetAtt {path} has no attribute"))),
        },
        _ => value,
    };
    Ok(json!({ name: value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_written_out() {
        let parsed =
            parse("a: !GetAtt T.Arn\nb: !Not [!Equals [!Ref S, prod]]\nc: !Sub '${X}'\nd: 2012-10-17\n");
        let expected = json!({
            "a": { "Fn::GetAtt": ["T", "Arn"] },
            "b": { "Fn::Not": [{ "Fn::Equals": [{ "Ref": "S" }, "prod"] }] },
            "c": { "Fn::Sub": "${X}" },
            "d": "2012-10-17",
        });
        assert_eq!(parsed.unwrap(), expected);
    }

    #[test]
    fn unknown_tags_are_loud() {
        assert!(parse("a: !Cidr [x]").unwrap_err().to_string().contains("!Cidr"));
        assert!(parse("a: [").is_err());
    }
}
