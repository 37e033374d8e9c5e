//! Rotation: the head is replaced only as it was seen.

use aws_sdk_dynamodb::types::AttributeValue;
use postern_core::audit::Event;
use postern_core::clock::Timestamp;
use postern_core::credential::Tag;
use postern_core::grant::{Grant, GrantState};
use postern_core::id::GrantId;
use postern_core::lifetime::{MAX_REPLAYS, REPLAY_WINDOW};
use postern_core::outage::Outage;
use postern_core::store::{Basis, Extension, RotateTokens, Rotation, Verdict};

use crate::item::{self, number, text, value};
use crate::table::DynamoStore;

/// Only an active, unexpired grant with the head that was seen.
const LIVE: &str = "#status = :active AND head_tag = :seen AND expires_at > :now AND idle_exp > :now";

impl RotateTokens for DynamoStore {
    async fn rotate(&self, rotation: &Rotation<'_>) -> Result<Verdict, Outage> {
        let condition = match rotation.basis {
            Basis::Head => format!("{LIVE} AND gen = :gen"),
            Basis::UnconfirmedPredecessor => {
                format!("{LIVE} AND gen = :gen AND prev_tag = :presented AND confirmed = :no")
            }
        };
        let update = "SET head_tag = :head, prev_tag = :presented, gen = :next, sealed = :sealed, \
                      sealed_until = :until, replays = :zero, confirmed = :no, idle_exp = :idle, changed_by = :by, \
                      networks = :networks, sender = :sender, audit = :audit";
        let request = self
            .update_grant(rotation.grant_id)
            .condition_expression(condition)
            .update_expression(update)
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":active", text("active"))
            .expression_attribute_values(":seen", text(rotation.seen_head))
            .expression_attribute_values(":now", number(rotation.now.as_secs()))
            .expression_attribute_values(":gen", number(rotation.seen_generation.into()))
            .expression_attribute_values(":next", number(u64::from(rotation.seen_generation) + 1))
            .expression_attribute_values(":presented", text(rotation.presented))
            .expression_attribute_values(":head", text(rotation.head))
            .expression_attribute_values(":sealed", text(rotation.sealed.as_str()))
            .expression_attribute_values(":until", number(rotation.now.plus(REPLAY_WINDOW).as_secs()))
            .expression_attribute_values(":zero", number(0))
            .expression_attribute_values(":no", AttributeValue::Bool(false))
            .expression_attribute_values(":idle", number(rotation.idle_expires_at.as_secs()))
            .expression_attribute_values(":by", text(rotation.by))
            .expression_attribute_values(":networks", value(rotation.networks)?)
            .expression_attribute_values(":sender", value(rotation.sender)?)
            .expression_attribute_values(":audit", item::event(rotation.event)?);
        let is_ours = |grant: &Grant| grant.changed_by == *rotation.by && head(grant) == Some(rotation.head);
        self.decide(rotation.grant_id, request, is_ours).await
    }

    async fn extend(&self, extension: &Extension<'_>) -> Result<Verdict, Outage> {
        let request = self
            .update_grant(extension.grant_id)
            .condition_expression(LIVE)
            .update_expression("SET idle_exp = :idle, changed_by = :by, networks = :networks, audit = :audit")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":active", text("active"))
            .expression_attribute_values(":seen", text(extension.head))
            .expression_attribute_values(":now", number(extension.now.as_secs()))
            .expression_attribute_values(":idle", number(extension.idle_expires_at.as_secs()))
            .expression_attribute_values(":by", text(extension.by))
            .expression_attribute_values(":networks", value(extension.networks)?)
            .expression_attribute_values(":audit", item::event(extension.event)?);
        let is_ours =
            |grant: &Grant| grant.changed_by == *extension.by && head(grant) == Some(extension.head);
        self.decide(extension.grant_id, request, is_ours).await
    }

    async fn count_replay(
        &self,
        grant: &GrantId,
        head: &Tag,
        now: Timestamp,
        event: &Event,
    ) -> Result<Verdict, Outage> {
        let request = self
            .update_grant(grant)
            .condition_expression(format!("{LIVE} AND sealed_until > :now AND replays < :max"))
            .update_expression("SET audit = :audit ADD replays :one")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":active", text("active"))
            .expression_attribute_values(":seen", text(head))
            .expression_attribute_values(":now", number(now.as_secs()))
            .expression_attribute_values(":max", number(MAX_REPLAYS.into()))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":audit", item::event(event)?);
        // A repetition counted twice does no harm: no attempt of ours has to be told from another's.
        self.decide(grant, request, |_| false).await
    }
}

fn head(grant: &Grant) -> Option<&Tag> {
    match &grant.state {
        GrantState::Active(active) => active.refresh.as_ref().map(|refresh| &refresh.head),
        GrantState::Code | GrantState::Revoked(_) => None,
    }
}
