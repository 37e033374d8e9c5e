//! The decision on one request to the API, in order: one credential, of either kind; the account header; who stands
//! behind them; domain and address; the route's need; the effective permission; the answer.

mod answer;
mod event;
mod report;

pub use answer::{Answer, Failure};
pub use event::Event;

use event::Call;
use futures_util::future::{join, try_join};
use postern_core::access::{
    AccessStore, Authorization, Bearer, BearerRules, Caller, NetworkMemory, Possession, Presentation,
    PresentedPat, Refusal, StandingCache, UseMemory, Wanted, count_request, limits_of, load_standing,
    mark_use, network_memory, note_network, note_refusal, note_use, parse_account, parse_authorization,
    standing_cache, use_memory, verify_account_told, verify_bearer, verify_permission, verify_sign_in,
    verify_standing,
};
use postern_core::activity::Meter;
use postern_core::clock::Timestamp;
use postern_core::dpop::Jkt;
use postern_core::keys::Keys;
use postern_core::limit::Exhausted;
use postern_core::outage::Outage;
use postern_core::protected_resource::metadata_url;
use postern_core::server::Server;
use postern_core::standing::Subject;
use report::Known;

/// The authorizer of all APIs of a deployment.
pub struct Authorizer<S> {
    server: Server<S, ()>,
    cache: StandingCache,
    marks: UseMemory,
    networks: NetworkMemory,
    meter: Meter,
    account_header: String,
}

/// Why a request does not pass.
enum Stop {
    Refused(Refusal, Box<Wanted>),
    Limited(Exhausted),
    Outage(Outage),
}

/// A credential as far as it can be checked without a call.
enum Presented {
    Token(Box<Bearer>),
    Pat(PresentedPat),
}

impl<S: AccessStore> Authorizer<S> {
    /// An authorizer that trusts what it read for at most `revocation_seconds`. Platforms name the account that they
    /// act for in the header `account_header`.
    pub fn new(server: Server<S, ()>, revocation_seconds: u64, account_header: String) -> Self {
        let (cache, marks, networks) = (standing_cache(revocation_seconds), use_memory(), network_memory());
        Self { server, cache, marks, networks, meter: Meter::default(), account_header }
    }

    /// Reads what every decision needs, before the first one: during a Lambda's initialisation. Without effect where
    /// that fails: the first request reads again.
    pub async fn prepare(&self) {
        let _read = try_join(self.server.keys(), self.server.apis()).await;
    }

    /// Decides about an event. [`Failure::Unauthorized`] is the gateway's 401, [`Failure::Fault`] its 500: a fault
    /// is never a Deny, which a gateway might remember (G04).
    pub async fn authorize(&self, event: &Event) -> Result<Answer, Failure> {
        let call = event.call(&self.account_header).ok_or(Failure::Fault)?;
        let mut known = Known::default();
        match self.decide(&call, &mut known).await {
            Ok(bearer) => {
                known.report_allowed(&call);
                Ok(Answer::allow(&bearer, call.arn))
            }
            Err(Stop::Refused(refusal, wanted)) => {
                self.refused(refusal, &known, &call).await;
                let wanted = Wanted { metadata: self.metadata(&known), ..*wanted };
                Answer::refuse(refusal, &wanted, None, call.tells_why)
            }
            Err(Stop::Limited(Exhausted { retry_after })) => {
                self.refused(Refusal::RateLimited, &known, &call).await;
                let wanted = Wanted { metadata: self.metadata(&known), ..Wanted::default() };
                Answer::refuse(Refusal::RateLimited, &wanted, Some(retry_after), call.tells_why)
            }
            Err(Stop::Outage(outage)) => {
                tracing::error!(event = "authorizer_outage", %outage);
                Err(Failure::Fault)
            }
        }
    }

    /// Tells of a refusal, and counts it where it is somebody's.
    async fn refused(&self, refusal: Refusal, known: &Known, call: &Call<'_>) {
        known.report_refused(refusal, call);
        if let Some(subject) = &known.subject {
            let counted = self.count(subject, Some(refusal), self.server.now());
            join(counted, note_refusal(&self.server, subject, refusal)).await;
        }
    }

    async fn decide(&self, call: &Call<'_>, known: &mut Known) -> Result<Bearer, Stop> {
        let authorization = parse_authorization(call.authorization.iter().copied())?;
        let (keys, apis) = try_join(self.server.keys(), self.server.apis()).await?;
        let now = self.server.now();
        let presented = self.present(authorization.token, &keys, now)?;
        let possession = self.verify_possession(authorization, presented.key(), call, now)?;
        let subject = match parse_account(call.account.iter().flatten().copied())? {
            Some(account) => {
                presented.subject().clone().acting_for(&account).ok_or(Refusal::InvalidConnectedAccount)?
            }
            None => presented.subject().clone(),
        };
        // What a personal access token says of itself is no more than that until the table has confirmed it.
        known.subject = Some(subject.clone()).filter(|_| matches!(presented, Presented::Token(_)));
        let generation = presented.generation();
        let standing = load_standing(&self.server.store, &self.cache, &subject, generation, now);
        let (standing, claimed) = try_join(standing, possession.claim(&self.server.store, now)).await?;
        claimed.and_then(|()| possession.verify_profile(&standing))?;
        let bearer = match presented {
            Presented::Token(bearer) => Bearer { subject, ..*bearer },
            Presented::Pat(pat) => pat.verify(&standing, now)?,
        };
        known.subject = Some(bearer.subject.clone());
        known.audience = bearer.audience.iter().find(|audience| apis.get(audience).is_some()).cloned();
        let caller = Caller { bearer: &bearer, standing: &standing };
        let stands = verify_standing(caller, call.source, call.host, now)?;
        verify_account_told(caller, call.account.is_some())?;
        // A policy that cannot name this request alone would allow another one.
        if !Answer::can_name(call.arn) {
            return Err(Refusal::UnknownRoute.into());
        }
        let found = apis.find(&bearer.audience, call.host, call.method, call.route)?;
        verify_permission(found, stands)
            .and_then(|allowed| verify_sign_in(found.step_up, &bearer, now, &allowed))
            .map_err(|refusal| Stop::Refused(refusal, Box::new(Wanted::of(found))))?;
        for (bucket, rate) in limits_of(caller, found) {
            self.server.limiter.take(&self.server.store, &bucket, rate, now).await.map_err(Stop::Limited)?;
        }
        self.note(call, caller, now).await;
        Ok(bearer)
    }

    /// Writes down that a request passes, where that is kept: all at once, so that it waits for the slowest alone.
    async fn note(&self, call: &Call<'_>, Caller { bearer, standing }: Caller<'_>, now: Timestamp) {
        let subject = &bearer.subject;
        let marked = mark_use(&self.server.store, &self.marks, (bearer, standing), now);
        let kept = join(marked, self.count(subject, None, now));
        let from = note_network(&self.server, &self.networks, (subject, call.source));
        join(kept, join(note_use(&self.server, subject), from)).await;
    }

    /// Counts a request of a connection for its customer.
    async fn count(&self, subject: &Subject, refusal: Option<Refusal>, now: Timestamp) {
        count_request(&self.server.store, &self.meter, (subject, refusal), now).await;
    }

    /// Holds a bound token to the proof of its key, for this very method, domain and path.
    fn verify_possession(
        &self,
        authorization: Authorization<'_>,
        key: Option<&Jkt>,
        call: &Call<'_>,
        now: Timestamp,
    ) -> Result<Possession, Refusal> {
        let origin = call.host.map(|host| self.server.settings.issuer.origin_at(host));
        let uri = origin.zip(call.path).map(|(origin, path)| format!("{origin}{path}"));
        let (proofs, method, uri) = (call.proofs.as_slice(), call.method, uri.as_deref());
        let presentation = Presentation { authorization, proofs, method, uri };
        presentation.verify(key, self.server.entropy.as_ref(), now)
    }

    /// Where a client learns about the API that its token is for (RFC 9728 section 5.1; D11).
    fn metadata(&self, known: &Known) -> Option<String> {
        metadata_url(&self.server.settings.issuer, known.audience.as_ref()?)
    }

    /// Tells the kind of a credential by its text, and checks what can be checked without a call.
    fn present(&self, token: &str, keys: &Keys, now: Timestamp) -> Result<Presented, Refusal> {
        if let Some(pat) = PresentedPat::parse(token) {
            return pat.map(Presented::Pat);
        }
        let rules = BearerRules { issuer: self.server.settings.issuer.as_str(), audience: None, now };
        verify_bearer(token, keys.set(), &rules).map(Box::new).map(Presented::Token)
    }
}

impl Presented {
    const fn subject(&self) -> &Subject {
        match self {
            Self::Token(bearer) => &bearer.subject,
            Self::Pat(pat) => &pat.subject,
        }
    }

    const fn key(&self) -> Option<&Jkt> {
        match self {
            Self::Token(bearer) => bearer.key.as_ref(),
            Self::Pat(_) => None,
        }
    }

    const fn generation(&self) -> Option<u32> {
        match self {
            Self::Token(bearer) => bearer.generation,
            Self::Pat(_) => None,
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal, Box::default())
    }
}

impl From<Outage> for Stop {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}
