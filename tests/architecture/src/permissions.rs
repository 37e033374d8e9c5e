//! What each function's role may do, as the template says it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ports::Access;
use crate::template::{Function, strings};

/// What one policy statement allows on the table: these actions on items of these partitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Actions without their service, such as `GetItem`.
    pub actions: BTreeSet<String>,
    /// Prefixes of the partition key, such as `GRANT#`.
    pub partitions: BTreeSet<String>,
}

impl Allowed {
    /// Whether this statement alone allows all of an access (a batch read must be covered by one).
    fn covers(&self, access: &Access) -> bool {
        access.actions.is_subset(&self.actions) && access.partitions.is_subset(&self.partitions)
    }
}

/// The statements about the table, of one function.
pub fn on_table(function: Function<'_>) -> Vec<Allowed> {
    statements(function).filter_map(table_statement).collect()
}

/// The KMS actions of one function's role, without their service.
pub fn on_keys(function: Function<'_>) -> BTreeSet<String> {
    statements(function).flat_map(|statement| actions(statement, "kms:")).collect()
}

/// Statements that allow more than they name: wildcards, other effects, no bound on the partition.
pub fn loose(function: Function<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    for statement in statements(function) {
        let name = statement["Sid"].as_str().unwrap_or("a statement without Sid");
        let all = strings(&statement["Action"]);
        if all.is_empty() || all.iter().any(|action| action.contains('*')) {
            faults.push(format!("{name}: actions are named one by one"));
        }
        if statement["Resource"]["Fn::GetAtt"].as_str().is_none() {
            faults.push(format!("{name}: the resource is one ARN of this stack"));
        }
        let condition = &statement["Condition"];
        let on_table = all.iter().any(|action| action.starts_with("dynamodb:"));
        if on_table && condition["Null"]["dynamodb:LeadingKeys"] != "false" {
            faults.push(format!("{name}: ForAllValues holds for no keys at all: add Null false"));
        }
        if on_table && partitions(statement).is_empty() {
            faults.push(format!("{name}: no bound on the partition key"));
        }
        if !on_table && condition["StringEquals"]["kms:EncryptionContext:postern"].is_null() {
            faults.push(format!("{name}: no bound on the encryption context"));
        }
    }
    faults
}

/// Where the template's statements and what the ports need differ, one line each.
pub fn differences(allowed: &[Allowed], needed: &[Access]) -> Vec<String> {
    let mut faults = Vec::new();
    let have = pairs(allowed.iter().map(|one| (&one.actions, &one.partitions)));
    let want = pairs(needed.iter().map(|one| (&one.actions, &one.partitions)));
    faults.extend(
        want.difference(&have).map(|(action, partition)| format!("missing: {action} on {partition}")),
    );
    faults.extend(
        have.difference(&want).map(|(action, partition)| format!("too much: {action} on {partition}")),
    );
    for access in needed {
        if !allowed.iter().any(|statement| statement.covers(access)) {
            faults.push(format!("{}: no single statement covers {access}", access.port));
        }
    }
    faults
}

fn pairs<'a>(
    statements: impl Iterator<Item = (&'a BTreeSet<String>, &'a BTreeSet<String>)>,
) -> BTreeSet<(&'a str, &'a str)> {
    statements
        .flat_map(|(actions, partitions)| {
            actions.iter().flat_map(move |action| {
                partitions.iter().map(move |partition| (action.as_str(), partition.as_str()))
            })
        })
        .collect()
}

fn statements(function: Function<'_>) -> impl Iterator<Item = &Value> {
    let policies = function.properties["Policies"].as_array().into_iter().flatten();
    policies.flat_map(|policy| policy["Statement"].as_array().into_iter().flatten())
}

fn table_statement(statement: &Value) -> Option<Allowed> {
    let actions = actions(statement, "dynamodb:");
    (!actions.is_empty()).then(|| Allowed { actions, partitions: partitions(statement) })
}

fn actions(statement: &Value, service: &str) -> BTreeSet<String> {
    let all = strings(&statement["Action"]);
    all.iter().filter_map(|action| action.strip_prefix(service)).map(str::to_owned).collect()
}

fn partitions(statement: &Value) -> BTreeSet<String> {
    let keys = strings(&statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]);
    keys.iter().map(|key| key.trim_end_matches('*').to_owned()).filter(|key| !key.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports;
    use crate::template::Template;

    const TEMPLATE: &str = r"
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/f
      Policies:
        - Statement:
            - Sid: Read
              Action: [dynamodb:GetItem, dynamodb:BatchGetItem]
              Resource: !GetAtt Table.Arn
              Condition:
                ForAllValues:StringLike: {dynamodb:LeadingKeys: ['GRANT#*', 'CLIENT#*']}
                'Null': {dynamodb:LeadingKeys: 'false'}
            - Sid: Write
              Action: dynamodb:UpdateItem
              Resource: !GetAtt Table.Arn
              Condition:
                ForAllValues:StringLike: {dynamodb:LeadingKeys: ['GRANT#*']}
                'Null': {dynamodb:LeadingKeys: 'false'}
";

    fn compared(text: &str, docs: &str) -> Vec<String> {
        let template = Template::parse(text).unwrap();
        let needed = ports::accesses("P", docs);
        differences(&on_table(template.function("f").unwrap()), &needed)
    }

    const DOCS: &str = "DynamoDB: GetItem, BatchGetItem on CLIENT#, GRANT#\nDynamoDB: UpdateItem on GRANT#";

    #[test]
    fn equal_sides_have_no_differences() {
        assert_eq!(compared(TEMPLATE, DOCS), Vec::<String>::new());
    }

    #[test]
    fn too_little_and_too_much_are_found() {
        let more = DOCS.replace("UpdateItem on", "UpdateItem, PutItem on");
        assert!(compared(TEMPLATE, &more).contains(&"missing: PutItem on GRANT#".to_owned()));
        let less = DOCS.lines().next().unwrap();
        assert_eq!(compared(TEMPLATE, less), ["too much: UpdateItem on GRANT#"]);
        let wider = TEMPLATE.replace("['GRANT#*']", "['GRANT#*', 'USER#*']");
        assert_eq!(compared(&wider, DOCS), ["too much: UpdateItem on USER#"]);
    }

    #[test]
    fn a_batch_over_two_statements_is_refused() {
        let split = TEMPLATE.replace("['GRANT#*', 'CLIENT#*']", "['CLIENT#*']").replace(
            "Action: dynamodb:UpdateItem",
            "Action: [dynamodb:UpdateItem, dynamodb:GetItem, dynamodb:BatchGetItem]",
        );
        assert_eq!(
            compared(&split, DOCS),
            ["P: no single statement covers BatchGetItem, GetItem on CLIENT#, GRANT#"]
        );
    }

    #[test]
    fn loose_statements_are_found() {
        let faults = |text: &str| loose(Template::parse(text).unwrap().function("f").unwrap()).len();
        assert_eq!(faults(TEMPLATE), 0);
        assert_eq!(faults(&TEMPLATE.replace("dynamodb:UpdateItem", "dynamodb:*")), 1);
        assert_eq!(faults(&TEMPLATE.replace("'Null'", "Zero")), 2);
        assert_eq!(faults(&TEMPLATE.replace("!GetAtt Table.Arn", "'*'")), 2);
        assert_eq!(faults(&TEMPLATE.replace("['GRANT#*']", "['*']")), 1);
        assert_eq!(faults(&TEMPLATE.replace("dynamodb:UpdateItem", "kms:Decrypt")), 1);
    }
}
