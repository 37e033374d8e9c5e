//! `AWS::DynamoDB::Table`.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::aws_call::AwsCaller;
use super::keys::{refuse_unknown, wanted};
use crate::template::{Physical, REGION, STACK_NAME, Template};
use crate::{Service, StartError};

/// Properties without meaning on a laptop.
const IGNORED: [&str; 8] = [
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "PointInTimeRecoverySpecification",
    "SSESpecification",
    "TableClass",
    "Tags",
    "WarmThroughput",
];

/// What `CreateTable` takes as the template has it.
const KEPT: [&str; 6] = [
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
];

/// Tables are ready at once here, and within this many looks elsewhere.
const LOOKS: u32 = 120;

/// Creates the tables that do not exist yet.
pub(super) async fn create_tables(template: &mut Template, aws: &AwsCaller) -> Result<(), StartError> {
    for (id, properties) in wanted(template, "AWS::DynamoDB::Table", &IGNORED)? {
        let own = ["StreamSpecification", "TableName", "TimeToLiveSpecification"];
        refuse_unknown(&id, &properties, &[KEPT.as_slice(), &own].concat())?;
        let (name, create) = create_request(&id, &properties);
        match aws.call(Service::DynamoDb, "CreateTable", &create).await? {
            Ok(_) => set_ttl(aws, &name, &properties).await?,
            Err(error) if error == "ResourceInUseException" => {}
            Err(error) => return Err(StartError::Endpoint(format!("CreateTable for {id}: {error}"))),
        }
        let table = with_stream(aws, &name, create.get("StreamSpecification")).await?;
        let arn = |member: &str| table.get(member).and_then(Value::as_str).map(in_our_region);
        let mut physical = Physical::new(name, "Arn", arn("TableArn").unwrap_or_default());
        if let Some(stream) = arn("LatestStreamArn") {
            physical = physical.with("StreamArn", stream);
        }
        template.define(&id, physical);
    }
    Ok(())
}

/// The table's description. A table from before its stream was wanted gets one now.
async fn with_stream(aws: &AwsCaller, name: &str, wanted: Option<&Value>) -> Result<Value, StartError> {
    let table = described(aws, name).await?;
    let Some(wanted) = wanted.filter(|_| table.get("LatestStreamArn").is_none()) else { return Ok(table) };
    let update = json!({ "TableName": name, "StreamSpecification": wanted });
    aws.must(Service::DynamoDb, "UpdateTable", &update).await?;
    described(aws, name).await
}

/// The embedded engine lives in a Region of its own invention; functions see the one they run in.
fn in_our_region(arn: &str) -> String {
    arn.replacen(":dynamodb:dynoxide:", &format!(":dynamodb:{REGION}:"), 1)
}

fn create_request(id: &str, properties: &Value) -> (String, Value) {
    let named = properties.get("TableName").and_then(Value::as_str);
    let name = named.map_or_else(|| format!("{STACK_NAME}-{id}"), str::to_owned);
    let mut create: Map<String, Value> = KEPT
        .iter()
        .filter_map(|member| Some(((*member).to_owned(), properties.get(*member)?.clone())))
        .collect();
    create.insert("TableName".to_owned(), json!(name));
    if let Some(view) = properties.get("StreamSpecification").and_then(|stream| stream.get("StreamViewType"))
    {
        create.insert(
            "StreamSpecification".to_owned(),
            json!({ "StreamEnabled": true, "StreamViewType": view }),
        );
    }
    (name, Value::Object(create))
}

async fn set_ttl(aws: &AwsCaller, name: &str, properties: &Value) -> Result<(), StartError> {
    let Some(ttl) = properties.get("TimeToLiveSpecification") else { return Ok(()) };
    described(aws, name).await?;
    let request = json!({ "TableName": name, "TimeToLiveSpecification": ttl });
    aws.must(Service::DynamoDb, "UpdateTimeToLive", &request).await.map(drop)
}

/// Waits for a table to be active and returns its description.
async fn described(aws: &AwsCaller, name: &str) -> Result<Value, StartError> {
    for _ in 0..LOOKS {
        let mut answer = aws.must(Service::DynamoDb, "DescribeTable", &json!({ "TableName": name })).await?;
        let table = answer.get_mut("Table").map(Value::take).unwrap_or_default();
        if table.get("TableStatus").and_then(Value::as_str) == Some("ACTIVE") {
            return Ok(table);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Err(StartError::Endpoint(format!("table {name} did not become active")))
}
