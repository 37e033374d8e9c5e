//! Opening, redeeming, revoking and confirming.

use std::time::Duration;

use aws_sdk_dynamodb::Config;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use postern_core::audit::Event;
use postern_core::client::Client;
use postern_core::grant::{Grant, Revocation};
use postern_core::id::{ClientId, GrantId, InvocationId};
use postern_core::lifetime::RETENTION;
use postern_core::outage::Outage;
use postern_core::store::{
    ConfirmTokens, LoadGrants, OpenGrants, Opening, Receipt, RedeemCodes, Redemption, RevokeGrants, Verdict,
};

use super::record::{new_record, read_grant};
use crate::fault::outage;
use crate::item::{self, number, read, take, text, value, write_with_event};
use crate::table::{self, DynamoStore, Item};

/// How long a best-effort mark may take.
const CONFIRM_PATIENCE: Duration = Duration::from_millis(150);

/// What a conditional update met.
pub(crate) enum Change {
    Made,
    /// The condition did not hold; the item as it stands.
    Refused(Option<Item>),
}

impl DynamoStore {
    /// The beginning of an update of a grant's item.
    pub(super) fn update_grant(&self, id: &GrantId) -> UpdateItemFluentBuilder {
        let request = self.client.update_item().table_name(&self.table).set_key(Some(table::grant(id)));
        request.return_values_on_condition_check_failure(AllOld)
    }
}

/// Sends a conditional update.
pub(crate) async fn change(request: UpdateItemFluentBuilder) -> Result<Change, Outage> {
    match request.send().await {
        Ok(_) => Ok(Change::Made),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(refusal)) => {
                Ok(Change::Refused(refusal.item().cloned()))
            }
            _ => Err(outage(error)),
        },
    }
}

impl DynamoStore {
    /// Makes a change and gives the verdict. `is_ours` recognises our own write: in the item that refused a resend
    /// after a lost acknowledgement (C3, DB04), and, when every acknowledgement was lost, in one read at the end (DB05).
    pub(super) async fn decide(
        &self,
        id: &GrantId,
        request: UpdateItemFluentBuilder,
        is_ours: impl FnOnce(&Grant) -> bool,
    ) -> Result<Verdict, Outage> {
        let (seen, fault) = match change(request).await {
            Ok(Change::Made) => return Ok(Verdict::Committed(Receipt::committed())),
            Ok(Change::Refused(item)) => (item.map(read_grant).transpose()?, None),
            Err(fault) if fault.is_transient() => {
                let found = self.batch(vec![table::grant(id)]).await?.pop();
                (found.map(read_grant).transpose()?, Some(fault))
            }
            Err(fault) => return Err(fault),
        };
        match (seen, fault) {
            (Some(grant), _) if is_ours(&grant) => Ok(Verdict::Committed(Receipt::committed())),
            (_, Some(fault)) => Err(fault),
            (other, None) => Ok(Verdict::Refused(other.map(Box::new))),
        }
    }
}

impl LoadGrants for DynamoStore {
    async fn load_grant(
        &self,
        grant: &GrantId,
        client: &ClientId,
    ) -> Result<(Option<Grant>, Option<Client>), Outage> {
        let (grant, client) = (table::grant(grant), table::client(client));
        let mut items = self.batch(vec![grant.clone(), client.clone()]).await?;
        let grant = take(&mut items, &grant).map(read_grant).transpose()?;
        Ok((grant, take(&mut items, &client).map(read).transpose()?))
    }
}

impl OpenGrants for DynamoStore {
    async fn open_grant(&self, grant: &Grant, event: &Event) -> Result<Opening, Outage> {
        let (key, ttl) = (table::grant(&grant.id), grant.code_expires_at.plus(RETENTION));
        let item = write_with_event(key, &new_record(grant), Some(ttl), event)?;
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let request = request.condition_expression("attribute_not_exists(PK)");
        match request.return_values_on_condition_check_failure(AllOld).send().await {
            Ok(_) => Ok(Opening::Opened(Receipt::committed())),
            Err(error) => {
                let refusal =
                    error.as_service_error().filter(|it| it.is_conditional_check_failed_exception());
                if refusal.is_none() {
                    return Err(outage(error));
                }
                let existing = refused_put(&error).map(read_grant).transpose()?;
                Ok(match existing {
                    Some(existing)
                        if existing.changed_by == grant.changed_by && existing.code_tag == grant.code_tag =>
                    {
                        Opening::Opened(Receipt::committed())
                    }
                    Some(_) | None => Opening::AlreadyOpen,
                })
            }
        }
    }
}

type PutError = aws_sdk_dynamodb::error::SdkError<aws_sdk_dynamodb::operation::put_item::PutItemError>;

/// The item that a refused put found.
fn refused_put(error: &PutError) -> Option<Item> {
    use aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException as Refused;
    match error.as_service_error() {
        Some(Refused(refusal)) => refusal.item().cloned(),
        _ => None,
    }
}

impl RedeemCodes for DynamoStore {
    async fn redeem(&self, redemption: &Redemption<'_>) -> Result<Verdict, Outage> {
        let request = self
            .update_grant(redemption.grant_id)
            .condition_expression("#status = :code AND code_tag = :tag AND code_exp > :now")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":ttl", number(redemption.expires_at.plus(RETENTION).as_secs()))
            .expression_attribute_values(":code", text("code"))
            .expression_attribute_values(":active", text("active"))
            .expression_attribute_values(":tag", text(redemption.code_tag))
            .expression_attribute_values(":now", number(redemption.now.as_secs()))
            .expression_attribute_values(":by", text(redemption.by))
            .expression_attribute_values(":networks", value(redemption.networks)?)
            .expression_attribute_values(":sender", value(redemption.sender)?)
            .expression_attribute_values(":audit", item::event(redemption.event)?)
            .expression_attribute_values(":one", number(1));
        let begin = "SET #status = :active, changed_by = :by, redeemed_by = :by, gen = :one, #ttl = :ttl, \
                     networks = :networks, sender = :sender, audit = :audit";
        let request = match &redemption.refresh {
            None => request.update_expression(begin),
            Some(state) => request
                .update_expression(format!(
                    "{begin}, head_tag = :head, sealed_until = :until, replays = :zero, confirmed = :no, idle_exp = :idle"
                ))
                .expression_attribute_values(":head", text(&state.head))
                .expression_attribute_values(":until", number(state.sealed_until.as_secs()))
                .expression_attribute_values(":zero", number(state.replays.into()))
                .expression_attribute_values(":no", AttributeValue::Bool(state.confirmed))
                .expression_attribute_values(":idle", number(state.idle_expires_at.as_secs())),
        };
        // Even when a loser of the race has ended the grant since: exactly one request wins, its tokens dead or not.
        let is_ours = |grant: &Grant| grant.redeemed_by.as_ref() == Some(redemption.by);
        self.decide(redemption.grant_id, request, is_ours).await
    }
}

impl RevokeGrants for DynamoStore {
    async fn revoke_grant(
        &self,
        id: &GrantId,
        revocation: Revocation,
        by: &InvocationId,
        event: &Event,
    ) -> Result<Receipt, Outage> {
        let reason =
            serde_json::to_value(revocation.reason).ok().and_then(|it| it.as_str().map(str::to_owned));
        let request = self
            .update_grant(id)
            .condition_expression("attribute_exists(PK) AND #status <> :revoked")
            .update_expression(
                "SET #status = :revoked, revoked_at = :at, revoked_for = :reason, changed_by = :by, audit = :audit \
                 REMOVE sealed",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":revoked", text("revoked"))
            .expression_attribute_values(":at", number(revocation.at.as_secs()))
            .expression_attribute_values(":reason", text(&reason.unwrap_or_default()))
            .expression_attribute_values(":by", text(by))
            .expression_attribute_values(":audit", item::event(event)?);
        match change(request).await? {
            // Revoked before, or never there: either way there is nothing left to end.
            Change::Made | Change::Refused(_) => Ok(Receipt::committed()),
        }
    }
}

impl ConfirmTokens for DynamoStore {
    async fn confirm(&self, id: &GrantId, generation: u32) -> Result<(), Outage> {
        // No ALL_OLD here: the caller's role may touch these two attributes and see no others.
        let request = self.client.update_item().table_name(&self.table).set_key(Some(table::grant(id)));
        let request = request
            .condition_expression("gen = :gen AND confirmed = :no")
            .update_expression("SET confirmed = :yes")
            .expression_attribute_values(":gen", number(generation.into()))
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .expression_attribute_values(":yes", AttributeValue::Bool(true));
        // The caller's own caller waits for this, and it is of no consequence.
        let impatient = TimeoutConfig::builder().operation_timeout(CONFIRM_PATIENCE).build();
        let once = Config::builder().timeout_config(impatient).retry_config(RetryConfig::disabled());
        match request.customize().config_override(once).send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(outage(error)),
        }
    }
}
