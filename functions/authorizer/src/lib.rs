//! The decision on one request to the API, in order: one credential; signature, type, issuer, audience, times;
//! the route's need; who stands behind the token; scope ∩ role; the answer.

mod answer;
mod event;

pub use answer::{Answer, Failure};
pub use event::Event;

use event::Call;
use postern_core::access::{
    Bearer, BearerRules, Catalogue, Need, Refusal, StandingCache, load_standing, parse_authorization,
    standing_cache, verify_bearer, verify_permission,
};
use postern_core::outage::Outage;
use postern_core::server::Server;
use postern_core::store::{ConfirmTokens, LoadKeys, LoadStanding};

/// The authorizer of one API.
pub struct Authorizer<S> {
    server: Server<S, ()>,
    cache: StandingCache,
    catalogue: Catalogue,
}

/// Why a request does not pass.
enum Stop {
    Refused(Refusal, Option<&'static str>),
    Outage(Outage),
}

impl<S: ConfirmTokens + LoadKeys + LoadStanding> Authorizer<S> {
    /// An authorizer for the sample API that trusts what it read for at most `revocation_seconds`.
    pub fn new(server: Server<S, ()>, revocation_seconds: u64) -> Self {
        Self { server, cache: standing_cache(revocation_seconds), catalogue: Catalogue::SAMPLE }
    }

    /// Decides about an event. [`Failure::Unauthorized`] is the gateway's 401, [`Failure::Fault`] its 500: a fault
    /// is never a Deny, which a gateway might remember (G04).
    pub async fn authorize(&self, event: &Event) -> Result<Answer, Failure> {
        let call = event.call().ok_or(Failure::Fault)?;
        match self.decide(&call).await {
            Ok(bearer) => Ok(Answer::allow(&bearer, call.arn)),
            Err(Stop::Refused(refusal, needed)) => {
                tracing::info!(event = "request_refused", error = refusal.name());
                Answer::refuse(refusal, needed)
            }
            Err(Stop::Outage(outage)) => {
                tracing::error!(event = "authorizer_outage", %outage);
                Err(Failure::Fault)
            }
        }
    }

    async fn decide(&self, call: &Call<'_>) -> Result<Bearer, Stop> {
        let token = parse_authorization(call.authorization.iter().copied())?;
        let keys = self.server.keys().await?;
        let settings = &self.server.settings;
        let now = self.server.now();
        let rules = BearerRules { issuer: settings.issuer.as_str(), audience: Some(&settings.audience), now };
        let bearer = verify_bearer(token, keys.set(), &rules)?;
        let standing = load_standing(&self.server.store, &self.cache, &bearer, now).await?;
        let need = self.need(call);
        let _allowed =
            verify_permission(&self.catalogue, need, &bearer, &standing).map_err(|refusal| match need {
                Some(Need::Scope(scope)) => Stop::Refused(refusal, Some(scope)),
                Some(Need::Token) | None => Stop::Refused(refusal, None),
            })?;
        Ok(bearer)
    }

    /// What the route needs; `None` where there is no such route.
    fn need(&self, call: &Call<'_>) -> Option<Need> {
        match call.route {
            _ if !Answer::can_name(call.arn) => None,
            event::Route::Matched(resource) => self.catalogue.need(call.method, resource),
            event::Route::Path(path) => self.catalogue.need_of_path(call.method, path),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal, None)
    }
}

impl From<Outage> for Stop {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}
