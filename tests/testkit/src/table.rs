//! The table as somebody with its dump sees it.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
    StreamSpecification, StreamViewType,
};

/// The table, read past our own store.
pub(crate) struct Table {
    client: Client,
    /// Of its stream.
    pub(crate) stream: String,
}

impl Table {
    pub(crate) const NAME: &'static str = "postern";

    /// Creates it as the template has it, as far as the protocol can tell.
    pub(crate) async fn create(client: Client) -> Self {
        let mut create =
            client.create_table().table_name(Self::NAME).billing_mode(BillingMode::PayPerRequest);
        for (name, kind) in [("PK", KeyType::Hash), ("SK", KeyType::Range)] {
            let attribute =
                AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
            let key = KeySchemaElement::builder().attribute_name(name).key_type(kind);
            create = create.attribute_definitions(attribute.build().expect("attribute"));
            create = create.key_schema(key.build().expect("key"));
        }
        let stream = StreamSpecification::builder().stream_enabled(true);
        let stream = stream.stream_view_type(StreamViewType::NewAndOldImages).build().expect("stream");
        match create.stream_specification(stream).send().await.map_err(SdkError::into_service_error) {
            // In use: ours, sent again after its answer was lost.
            Ok(_) | Err(CreateTableError::ResourceInUseException(_)) => {}
            Err(error) => panic!("table: {error:?}"),
        }
        let created = client.describe_table().table_name(Self::NAME).send().await.expect("table");
        let stream = created.table.and_then(|table| table.latest_stream_arn).expect("ARN");
        Self { client, stream }
    }

    /// Takes an attribute of an item away, as no writer of ours does.
    pub(crate) async fn damage(&self, (partition, sort): (&str, &str), attribute: &str) {
        let request = self.client.update_item().table_name(Self::NAME);
        request
            .key("PK", AttributeValue::S(partition.to_owned()))
            .key("SK", AttributeValue::S(sort.to_owned()))
            .condition_expression("attribute_exists(#name)")
            .update_expression("REMOVE #name")
            .expression_attribute_names("#name", attribute)
            .send()
            .await
            .expect("damage");
    }

    /// Every attribute of every item, one line per item, in order: equal dumps are equal states.
    pub(crate) async fn dump(&self) -> String {
        let mut lines = Vec::new();
        let mut pages =
            self.client.scan().table_name(Self::NAME).consistent_read(true).into_paginator().send();
        while let Some(page) = pages.next().await {
            for item in page.expect("scan").items.into_iter().flatten() {
                lines.push(in_order(&AttributeValue::M(item)));
            }
        }
        lines.sort();
        lines.join("\n")
    }
}

/// A value with the members of its maps in order.
fn in_order(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(members) => {
            let members: BTreeMap<_, _> =
                members.iter().map(|(name, value)| (name, in_order(value))).collect();
            format!("{members:?}")
        }
        AttributeValue::L(values) => format!("{:?}", values.iter().map(in_order).collect::<Vec<_>>()),
        AttributeValue::S(text) => text.clone(),
        other => format!("{other:?}"),
    }
}
