//! Personal access tokens: beside the account of their member, so that one batch reads both.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use postern_core::audit::Event;
use postern_core::clock::Timestamp;
use postern_core::id::{TenantId, UserId};
use postern_core::lifetime::RETENTION;
use postern_core::outage::Outage;
use postern_core::pat::Pat;
use postern_core::store::{ListPats, ManagePats, Receipt, RevokePats};

use crate::fault::outage;
use crate::item::{event as audited, number, read, text, write_with_event};
use crate::table::{self, DynamoStore, PAT};

impl ManagePats for DynamoStore {
    async fn create_pat(&self, pat: &Pat, event: &Event) -> Result<Receipt, Outage> {
        let key = table::pat(&pat.user_id, &pat.pat_id);
        let item = write_with_event(key.clone(), pat, Some(pat.expires_at.plus(RETENTION)), event)?;
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        match request.condition_expression("attribute_not_exists(PK)").send().await {
            Ok(_) => Ok(Receipt::committed()),
            // Nobody else could have drawn the secret behind this name (DB04).
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(Receipt::committed())
            }
            // Every acknowledgement may have been lost (DB05).
            Err(error) => match self.get::<Pat>(key).await? {
                Some(_) => Ok(Receipt::committed()),
                None => Err(outage(error)),
            },
        }
    }
}

impl ListPats for DynamoStore {
    async fn load_pats(&self, user: &UserId, tenant: &TenantId) -> Result<Vec<Pat>, Outage> {
        let request = self.client.query().table_name(&self.table).consistent_read(true);
        let request = request
            .key_condition_expression("PK = :user AND begins_with(SK, :pat)")
            .expression_attribute_values(":user", text(&table::user_partition(user)))
            .expression_attribute_values(":pat", text(PAT));
        let mut pages = request.into_paginator().items().send();
        let mut pats = Vec::new();
        while let Some(item) = pages.next().await {
            let pat: Pat = read(item.map_err(outage)?)?;
            if pat.tenant_id == *tenant {
                pats.push(pat);
            }
        }
        Ok(pats)
    }
}

impl RevokePats for DynamoStore {
    async fn revoke_pat(&self, pat: &Pat, at: Timestamp, event: &Event) -> Result<Receipt, Outage> {
        let key = table::pat(&pat.user_id, &pat.pat_id);
        // No ALL_OLD here: the callers' roles may touch these attributes and see no others.
        let request = self.client.update_item().table_name(&self.table).set_key(Some(key));
        let request = request
            .condition_expression("tenant_id = :tenant AND attribute_not_exists(revoked_at)")
            .update_expression("SET revoked_at = :at, audit = :audit, #ttl = :ttl")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":tenant", text(&pat.tenant_id))
            .expression_attribute_values(":at", number(at.as_secs()))
            .expression_attribute_values(":audit", audited(event)?)
            // What was revoked need not be kept as long as it could have lived: nobody can fill the table so.
            .expression_attribute_values(":ttl", number(at.min(pat.expires_at).plus(RETENTION).as_secs()));
        match request.send().await {
            Ok(_) => Ok(Receipt::committed()),
            // Revoked before, or swept since it was read: either way there is nothing left to end.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(Receipt::committed())
            }
            Err(error) => Err(outage(error)),
        }
    }
}
