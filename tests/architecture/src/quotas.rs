//! What AWS refuses at deployment, and no validator of templates counts: policies that are too long.

use serde_json::{Value, json};

use crate::template::{Function, Template};

/// Longest inline policies of one role together, in characters without white space (IAM and STS quotas).
const MAX_ROLE: usize = 10_240;
/// Longest policy of one function, in bytes (Lambda quotas): it has a statement for each route that leads to it.
const MAX_FUNCTION: usize = 20_480;

/// As long as names get in the longest region, under the stack name `acme-production-postern-eu`.
const STACK: &str = "acme-production-postern-eu";
const REGION: &str = "ap-southeast-1";
const RANDOM: &str = "ABCDEFGHIJKL";
/// What an intrinsic of the template becomes: the ARN of a table or a key.
const ARN_LENGTH: usize = 96;

/// The policies that are too long, one line each.
pub fn faults(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    for function in template.functions() {
        let (role, own) = (role_policy(function), function_policy(function));
        if role > MAX_ROLE {
            faults.push(format!("{}: its role has {role} of {MAX_ROLE} characters", function.id));
        }
        if own > MAX_FUNCTION {
            faults.push(format!("{}: its own policy has {own} of {MAX_FUNCTION} bytes", function.id));
        }
    }
    faults
}

/// The inline policies of a function's role.
fn role_policy(function: Function<'_>) -> usize {
    let policies = function.properties["Policies"].as_array().into_iter().flatten();
    policies.filter(|policy| policy.is_object()).map(|policy| expanded(policy).to_string().len()).sum()
}

/// The policy of a function by which gateways may invoke it: SAM makes a statement for each event.
fn function_policy(function: Function<'_>) -> usize {
    let events = function.properties["Events"].as_object().into_iter().flatten();
    let statements = events.filter(|(_, event)| ["HttpApi", "Api"].map(Value::from).contains(&event["Type"]));
    let statements =
        statements.map(|(name, event)| statement(function.id, name, event).to_string().len() + 1);
    statements.sum::<usize>()
        + json!({"Version": "2012-10-17", "Id": "default", "Statement": []}).to_string().len()
}

fn statement(function: &str, event: &str, properties: &Value) -> Value {
    let properties = &properties["Properties"];
    let text = |name: &str| properties[name].as_str().unwrap_or_default();
    let path: Vec<_> = text("Path").split('/').map(|it| if it.starts_with('{') { "*" } else { it }).collect();
    let (method, path) = (text("Method"), path.join("/"));
    let name: String = format!("{STACK}-{function}").chars().take(51).collect();
    json!({
        "Sid": format!("{STACK}-{function}{event}Permission-{RANDOM}"),
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": format!("arn:aws:lambda:{REGION}:123456789012:function:{name}-{RANDOM}"),
        "Condition": {"ArnLike": {
            "AWS:SourceArn": format!("arn:aws:execute-api:{REGION}:123456789012:abcdefghij/*/{method}{path}"),
        }},
    })
}

/// A policy with every intrinsic as long as what it stands for may be.
fn expanded(value: &Value) -> Value {
    match value {
        Value::Object(members) if members.keys().any(|name| name == "Ref" || name.starts_with("Fn::")) => {
            Value::String("x".repeat(ARN_LENGTH))
        }
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), expanded(value))).collect()
        }
        Value::Array(items) => items.iter().map(expanded).collect(),
        scalar => scalar.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(routes: usize, statements: usize) -> Template {
        let event =
            |n| format!("        E{n}: {{Type: HttpApi, Properties: {{Method: GET, Path: '/a/{{b}}'}}}}\n");
        let allowed =
            |n| format!("            - {{Sid: S{n}, Action: dynamodb:GetItem, Resource: !GetAtt T.Arn}}\n");
        let (events, allowed): (String, String) =
            ((0..routes).map(event).collect(), (0..statements).map(allowed).collect());
        let text = format!(
            "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: functions/f\n      \
             Events:\n{events}      Policies:\n        - Statement:\n{allowed}"
        );
        Template::parse(&text).unwrap()
    }

    #[test]
    fn too_many_routes_and_too_many_statements_are_found() {
        assert_eq!(faults(&template(1, 1)), Vec::<String>::new());
        assert!(faults(&template(60, 1)).concat().contains("its own policy"));
        assert!(faults(&template(1, 90)).concat().contains("its role"));
    }
}
