//! APIs with the documents that they were loaded from. One item counts the states of all of them together, so that no
//! two that exclude each other are loaded at once.

use postern_core::api::Api;
use postern_core::audit::Event;
use postern_core::outage::Outage;
use postern_core::store::{LoadApis, ManageApis, Versioned, Written};
use serde::{Deserialize, Serialize};

use super::transaction::{Transaction, versioned};
use crate::apis::ApiRecord;
use crate::fault::outage;
use crate::item::{read, text, write};
use crate::table::{self, DynamoStore, Item};

/// Longest part of a document, in bytes: an item holds 400 KB.
const PART: usize = 300 * 1024;

/// A part of a document.
#[derive(Serialize, Deserialize)]
struct DocumentPart {
    text: String,
}

/// The state of all APIs: its number and its event are all there is of it.
#[derive(Serialize, Deserialize)]
struct State {}

impl ManageApis for DynamoStore {
    async fn read_apis(&self) -> Result<Versioned<Vec<Api>>, Outage> {
        // The state first: whoever changes the list after that is noticed.
        let state = self.one(table::apis_state()).await?;
        let version = state.map(versioned::<State>).transpose()?.map_or(0, |(state, _)| state.version);
        Ok(Versioned { record: self.load_apis().await?, version })
    }

    async fn read_document(&self, audience: &str) -> Result<Option<String>, Outage> {
        let parts = self.document_parts(audience).await?;
        let parts: Vec<DocumentPart> = parts.into_iter().map(read).collect::<Result<_, _>>()?;
        let document: String = parts.into_iter().map(|part| part.text).collect();
        Ok(Some(document).filter(|document| !document.is_empty()))
    }

    async fn write_api(
        &self,
        api: &Api,
        document: &str,
        seen: u64,
        event: &Event,
    ) -> Result<Written, Outage> {
        let before = self.document_parts(&api.audience).await?.len();
        let mut change = self.next_state(seen, event)?;
        let item = write(table::api(&api.audience), &ApiRecord::of(api)?, None)?;
        change = change.and_put(self, item, None)?;
        let parts = parts(document);
        for (number, part) in parts.iter().enumerate() {
            let part = DocumentPart { text: (*part).to_owned() };
            let item = write(table::document_part(&api.audience, number), &part, None)?;
            change = change.and_put(self, item, None)?;
        }
        for number in parts.len()..before {
            change = change.and_delete(self, table::document_part(&api.audience, number))?;
        }
        change.commit(self).await
    }

    async fn remove_api(&self, audience: &str, seen: u64, event: &Event) -> Result<Written, Outage> {
        let before = self.document_parts(audience).await?.len();
        let mut change = self.next_state(seen, event)?.and_delete(self, table::api(audience))?;
        for number in 0..before {
            change = change.and_delete(self, table::document_part(audience, number))?;
        }
        change.commit(self).await
    }
}

impl DynamoStore {
    fn next_state<'a>(&self, seen: u64, event: &'a Event) -> Result<Transaction<'a>, Outage> {
        let seen = Some(seen).filter(|seen| *seen > 0);
        Transaction::of(self, table::apis_state(), &State {}, (seen, event))
    }

    async fn document_parts(&self, audience: &str) -> Result<Vec<Item>, Outage> {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request
            .key_condition_expression("PK = :document")
            .expression_attribute_values(":document", text(&table::document_partition(audience)));
        let mut pages = request.into_paginator().items().send();
        let mut parts = Vec::new();
        while let Some(item) = pages.next().await {
            parts.push(item.map_err(outage)?);
        }
        Ok(parts)
    }
}

/// The document in parts that fit into an item each, cut between characters.
fn parts(document: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = document;
    while !rest.is_empty() {
        let end = (0..=rest.len().min(PART)).rev().find(|at| rest.is_char_boundary(*at));
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        parts.push(part);
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_in_parts_is_the_document() {
        for document in ["", "x", &"é".repeat(PART), &format!("x{}", "é".repeat(PART))] {
            assert_eq!(parts(document).concat(), document);
            assert!(parts(document).iter().all(|part| part.len() <= PART));
        }
    }
}
