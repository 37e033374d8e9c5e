//! APIs: one item each, all in one partition, so that one query finds them.

use postern_core::api::Api;
use postern_core::outage::Outage;
use postern_core::store::LoadApis;
use serde::{Deserialize, Serialize};

use crate::fault::outage;
use crate::item::{read, text};
use crate::table::{APIS, DynamoStore};

/// An API as an item. The whole of it is one text: nothing in it is ever a condition, and a map of the table's own
/// would cost several times the space.
#[derive(Serialize, Deserialize)]
pub(crate) struct ApiRecord {
    document: String,
}

impl ApiRecord {
    pub(crate) fn of(api: &Api) -> Result<Self, Outage> {
        let document = serde_json::to_string(api);
        Ok(Self { document: document.map_err(|error| Outage::Corrupt(format!("API: {error}")))? })
    }
}

impl LoadApis for DynamoStore {
    async fn load_apis(&self) -> Result<Vec<Api>, Outage> {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request =
            request.key_condition_expression("PK = :apis").expression_attribute_values(":apis", text(APIS));
        let mut pages = request.into_paginator().items().send();
        let mut apis = Vec::new();
        while let Some(item) = pages.next().await {
            let record: ApiRecord = read(item.map_err(outage)?)?;
            let api = serde_json::from_str(&record.document);
            apis.push(api.map_err(|error| Outage::Corrupt(format!("API: {error}")))?);
        }
        Ok(apis)
    }
}
