//! Requests in flight, failed logins, remembered consents.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use postern_core::authorize::Interaction;
use postern_core::clock::Timestamp;
use postern_core::credential::Tag;
use postern_core::id::{ClientId, InteractionId, UserId};
use postern_core::lifetime::GRANT;
use postern_core::outage::Outage;
use postern_core::store::{
    ChargeLogins, Consent, ForgetConsents, Interactions, Receipt, RememberConsents, Remembered,
};
use serde::{Deserialize, Serialize};

use crate::fault::outage;
use crate::item::{number, read, take, write};
use crate::table::{self, DynamoStore, Item};

impl Interactions for DynamoStore {
    async fn put_interaction(&self, interaction: &Interaction) -> Result<Receipt, Outage> {
        self.put(write(table::interaction(&interaction.id), interaction, Some(interaction.expires_at))?).await
    }

    async fn load_interaction(&self, id: &InteractionId) -> Result<Option<Interaction>, Outage> {
        self.get(table::interaction(id)).await
    }

    async fn end_interaction(&self, id: &InteractionId) -> Result<Receipt, Outage> {
        self.delete(table::interaction(id)).await
    }
}

/// Below zero where a refund was sent again after a lost acknowledgement.
#[derive(Deserialize)]
struct LoginCounter {
    attempts: i64,
}

impl DynamoStore {
    /// Adds `delta` to a login counter, in one atomic update.
    async fn count_login(
        &self,
        counter: &Tag,
        window_ends: Timestamp,
        delta: i32,
    ) -> Result<Option<Item>, Outage> {
        let request =
            self.client.update_item().table_name(&self.table).set_key(Some(table::login_counter(counter)));
        let request = request
            .update_expression("ADD attempts :delta SET #ttl = :ttl")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":delta", AttributeValue::N(delta.to_string()))
            .expression_attribute_values(":ttl", number(window_ends.as_secs()))
            .return_values(ReturnValue::AllNew);
        Ok(request.send().await.map_err(outage)?.attributes)
    }
}

impl ChargeLogins for DynamoStore {
    async fn charge(&self, counter: &Tag, window_ends: Timestamp) -> Result<u32, Outage> {
        let item = self.count_login(counter, window_ends, 1).await?;
        let item = item.ok_or_else(|| Outage::Corrupt("an update without attributes".into()))?;
        Ok(u32::try_from(read::<LoginCounter>(item)?.attempts.max(0)).unwrap_or(u32::MAX))
    }

    async fn refund(&self, counter: &Tag, window_ends: Timestamp) -> Result<(), Outage> {
        self.count_login(counter, window_ends, -1).await.map(|_| ())
    }
}

#[derive(Serialize, Deserialize)]
struct RememberedConsent {
    expires_at: Timestamp,
    #[serde(default = "long_ago")]
    given_at: Timestamp,
}

/// What a user has consented to for a client until then is forgotten.
#[derive(Serialize, Deserialize)]
struct ForgottenConsents {
    forgotten_at: Timestamp,
}

const fn long_ago() -> Timestamp {
    Timestamp::from_secs(0)
}

impl RememberConsents for DynamoStore {
    async fn remember_consent(&self, consent: &Consent, remembered: Remembered) -> Result<Receipt, Outage> {
        let Remembered { given_at, expires_at } = remembered;
        let record = RememberedConsent { expires_at, given_at };
        self.put(write(table::consent(consent), &record, Some(expires_at))?).await
    }

    async fn recall_consent(&self, consent: &Consent) -> Result<Option<Remembered>, Outage> {
        let forgotten = table::forgotten_consents(&consent.user_id, &consent.client_id);
        let keys = (table::consent(consent), forgotten);
        let mut items = self.batch(vec![keys.0.clone(), keys.1.clone()]).await?;
        let Some(item) = take(&mut items, &keys.0) else { return Ok(None) };
        let RememberedConsent { expires_at, given_at } = read(item)?;
        let forgotten = take(&mut items, &keys.1).map(read::<ForgottenConsents>).transpose()?;
        let stands = forgotten.is_none_or(|it| it.forgotten_at < given_at);
        Ok(stands.then_some(Remembered { given_at, expires_at }))
    }
}

impl ForgetConsents for DynamoStore {
    async fn forget_consents(
        &self,
        user: &UserId,
        client: &ClientId,
        at: Timestamp,
    ) -> Result<Receipt, Outage> {
        let record = ForgottenConsents { forgotten_at: at };
        // As long as any consent of before could be remembered.
        self.put(write(table::forgotten_consents(user, client), &record, Some(at.plus(GRANT)))?).await
    }
}
