//! The fault layer, seen through the AWS SDK.

use super::sdk;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
    TimeToLiveSpecification,
};
use postern_local::{EngineOptions, Engines, Fault, FaultKind, Moment, Service};

async fn table(dynamodb: &Client) {
    let key = KeySchemaElement::builder().attribute_name("PK").key_type(KeyType::Hash).build().unwrap();
    let attribute =
        AttributeDefinition::builder().attribute_name("PK").attribute_type(ScalarAttributeType::S);
    let create = dynamodb.create_table().table_name("things").billing_mode(BillingMode::PayPerRequest);
    create.key_schema(key).attribute_definitions(attribute.build().unwrap()).send().await.unwrap();
}

/// Adds one to a counter; the error's code, if any.
async fn add_one(dynamodb: &Client) -> Result<(), Option<String>> {
    let update = dynamodb.update_item().table_name("things").key("PK", AttributeValue::S("a".into()));
    let update = update.update_expression("ADD n :one").expression_attribute_values(":one", number(1));
    update.send().await.map(drop).map_err(|error| error.code().map(str::to_owned))
}

async fn counter(dynamodb: &Client) -> Option<AttributeValue> {
    let get = dynamodb.get_item().table_name("things").key("PK", AttributeValue::S("a".into()));
    get.consistent_read(true).send().await.unwrap().item?.remove("n")
}

fn number(n: u64) -> AttributeValue {
    AttributeValue::N(n.to_string())
}

fn fault(moment: Moment, kind: FaultKind) -> Fault {
    Fault { service: Service::DynamoDb, operation: "UpdateItem".into(), skip: 0, times: 1, moment, kind }
}

#[tokio::test]
async fn before_the_effect_nothing_happens_and_after_it_the_answer_is_lost() {
    let engines = sdk::engines().await;
    let dynamodb = sdk::dynamodb(&engines);
    table(&dynamodb).await;

    engines.faults().inject(fault(Moment::BeforeEffect, FaultKind::Throttle));
    let throttled = Some("ProvisionedThroughputExceededException".to_owned());
    assert_eq!(add_one(&dynamodb).await, Err(throttled.clone()));
    assert_eq!(counter(&dynamodb).await, None);

    engines.faults().inject(fault(Moment::AfterEffect, FaultKind::Throttle));
    assert_eq!(add_one(&dynamodb).await, Err(throttled));
    assert_eq!(counter(&dynamodb).await, Some(number(1)));

    engines.faults().inject(fault(Moment::AfterEffect, FaultKind::InternalError));
    assert_eq!(add_one(&dynamodb).await, Err(Some("InternalServerError".to_owned())));
    assert_eq!(counter(&dynamodb).await, Some(number(2)));

    engines.faults().inject(fault(Moment::AfterEffect, FaultKind::DropConnection));
    assert_eq!(add_one(&dynamodb).await, Err(None));
    assert_eq!(counter(&dynamodb).await, Some(number(3)));

    engines.faults().inject(fault(Moment::BeforeEffect, FaultKind::DropConnection));
    assert_eq!(add_one(&dynamodb).await, Err(None));
    assert_eq!(add_one(&dynamodb).await, Ok(()));
    assert_eq!(counter(&dynamodb).await, Some(number(4)));
    assert_eq!(engines.faults().count(Service::DynamoDb, "UpdateItem"), 6);
}

#[tokio::test]
async fn delays_and_kms_throttles() {
    let engines = sdk::engines().await;
    let pause = FaultKind::delay(Duration::from_millis(200));
    let describe =
        Fault { service: Service::Kms, operation: "ListKeys".into(), ..fault(Moment::AfterEffect, pause) };
    engines.faults().inject(describe.clone());
    let started = Instant::now();
    sdk::kms(&engines).list_keys().send().await.unwrap();
    assert!(started.elapsed() >= Duration::from_millis(200));

    engines.faults().inject(Fault { kind: FaultKind::Throttle, ..describe });
    let error = sdk::kms(&engines).list_keys().send().await.unwrap_err();
    assert_eq!(error.code(), Some("ThrottlingException"));
}

#[tokio::test]
async fn another_engine_stays_behind_the_fault_layer() {
    let other = sdk::engines().await;
    let options = EngineOptions {
        dynamodb: Some(other.dynamodb_url().to_owned()),
        kms: Some(format!("{}/", other.kms_url())),
        ..EngineOptions::default()
    };
    let engines = Engines::start(options).await.unwrap();
    table(&sdk::dynamodb(&engines)).await;
    engines.faults().inject(fault(Moment::AfterEffect, FaultKind::Throttle));
    add_one(&sdk::dynamodb(&engines)).await.unwrap_err();
    assert_eq!(counter(&sdk::dynamodb(&other)).await, Some(number(1)));
    sdk::kms(&engines).list_keys().send().await.unwrap();
    assert_eq!(other.faults().count(Service::Kms, "ListKeys"), 1);
    assert!(engines.sweep().is_err());
}

#[tokio::test]
async fn expired_items_stay_until_a_sweep() {
    let engines = sdk::engines().await;
    let dynamodb = sdk::dynamodb(&engines);
    table(&dynamodb).await;
    let ttl = TimeToLiveSpecification::builder().attribute_name("ttl").enabled(true).build().unwrap();
    dynamodb.update_time_to_live().table_name("things").time_to_live_specification(ttl).send().await.unwrap();
    let past = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() - 60;
    let put = dynamodb.put_item().table_name("things").item("PK", AttributeValue::S("a".into()));
    put.item("n", number(1)).item("ttl", number(past)).send().await.unwrap();

    assert_eq!(counter(&dynamodb).await, Some(number(1)));
    assert_eq!(engines.sweep().unwrap(), 1);
    assert_eq!(counter(&dynamodb).await, None);
}
