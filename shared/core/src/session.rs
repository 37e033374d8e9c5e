//! A browser's login at this server: a random cookie, of which the table holds a tag.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use postern_jose::base64url;

use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::entropy::{Entropy, random};
use crate::http::Request;
use crate::id::{ClientId, InteractionId, SessionId, TenantId, UserId};
use crate::lifetime;
use crate::outage::Outage;
use crate::settings::Issuer;
use crate::store::{LoadAccounts, Sessions};
use crate::tenant::Account;

/// How often the use of a session is written down, in seconds.
const TOUCH_INTERVAL: u64 = 300;

/// Most clients that a session remembers. Beyond that it lets people in and tells nobody.
pub const MAX_VISITS: usize = 50;

/// Most sessions of a person: one more login ends the oldest.
pub const MAX_SESSIONS: usize = 100;

/// A session at rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// The tag of the cookie: the session's address.
    pub tag: Tag,
    /// Who signed in.
    pub user_id: UserId,
    /// When they proved it: `auth_time` of ID tokens (A22).
    pub auth_time: Timestamp,
    /// When it was last seen, give or take some minutes.
    pub last_seen: Timestamp,
    /// The authorization request for which they did: that one is not asked again, whatever it says of the age of logins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in_for: Option<InteractionId>,
    /// The not-before mark of the user that this session does not fall under: the one of a change of password in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlives: Option<Timestamp>,
    /// Its name; `None` in sessions from before they had names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<SessionId>,
    /// The clients that are to be told when it ends: at most [`MAX_VISITS`].
    #[serde(default)]
    pub visits: BTreeMap<ClientId, Visit>,
}

/// A client's part in a session, as this client knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The tenant in whose log the client is told.
    pub tenant_id: TenantId,
    /// The `sub` of its ID tokens.
    pub sub: String,
    /// The `sid` of its ID tokens.
    pub sid: String,
    /// The web host that the person was sent to; kept of a client that nobody vouched for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// A live session with the person behind it.
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Its name.
    pub id: SessionId,
    /// The person.
    pub account: Account,
}

impl Session {
    /// Begins a session by a login for this request: the cookie's value, and what the table keeps. Every login gets a
    /// new one (W01).
    pub fn begin(
        user_id: UserId,
        interaction: &InteractionId,
        keys: &CredentialKeys,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> (Zeroizing<String>, Self) {
        let secret = Zeroizing::new(base64url::encode(*Zeroizing::new(random::<32>(entropy))));
        let tag = keys.tag(Purpose::Session, &[secret.as_bytes()]);
        let signed_in_for = Some(interaction.clone());
        let (id, visits) = (Some(SessionId::generate(entropy)), BTreeMap::new());
        (
            secret,
            Self { tag, user_id, auth_time: now, last_seen: now, signed_in_for, outlives: None, id, visits },
        )
    }

    /// The same session under the name of the one that it takes over from: the same person in the same browser, so that
    /// clients that know the old one are told when this one ends.
    #[must_use]
    pub fn continuing(self, old: &Self) -> Self {
        if old.id.is_none() || old.user_id != self.user_id {
            return self;
        }
        Self { id: old.id.clone(), visits: old.visits.clone(), ..self }
    }

    /// The session that goes on from this one where the user has just proved their password to choose another: with a
    /// new cookie (W01), and not under the mark that voids everything else.
    pub fn go_on(
        &self,
        mark: Timestamp,
        keys: &CredentialKeys,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> (Zeroizing<String>, Self) {
        let secret = Zeroizing::new(base64url::encode(*Zeroizing::new(random::<32>(entropy))));
        let tag = keys.tag(Purpose::Session, &[secret.as_bytes()]);
        let next = Self { tag, auth_time: now, last_seen: now, outlives: Some(mark), ..self.clone() };
        (secret, next)
    }

    /// Whether it began under this mark of the user, or goes on from the session in which it was set.
    pub(crate) fn stands(&self, not_before: Timestamp) -> bool {
        not_before <= self.auth_time || Some(not_before) == self.outlives
    }

    /// When it ends unless it is used.
    pub fn expires_at(&self) -> Timestamp {
        self.last_seen.plus(lifetime::SESSION_IDLE).min(self.auth_time.plus(lifetime::SESSION))
    }
}

/// `sid`: what a client is told that a session is called (OpenID Connect Back-Channel Logout section 2.1). Each client is
/// told another name, so that two of them cannot find out that they have the same person before them.
pub fn sid_of(keys: &CredentialKeys, session: &SessionId, client: &ClientId) -> String {
    keys.tag(Purpose::SessionName, &[session.as_str().as_bytes(), client.as_str().as_bytes()]).to_string()
}

/// The tag of the session that the browser claims to have.
pub fn claimed_tag(http: &Request, issuer: &Issuer, keys: &CredentialKeys) -> Option<Tag> {
    http.cookie(cookie_name(issuer)).map(|secret| keys.tag(Purpose::Session, &[secret.as_bytes()]))
}

/// The live session of a request and the person behind it, who must still be active (A21). Writes down its use.
pub async fn load_signed_in<S: Sessions + LoadAccounts>(
    store: &S,
    tag: Option<&Tag>,
    now: Timestamp,
) -> Result<Option<SignedIn>, Outage> {
    let Some(tag) = tag else { return Ok(None) };
    let Some(mut session) = store.load_session(tag).await?.filter(|session| now < session.expires_at())
    else {
        return Ok(None);
    };
    // One from before sessions had names: its person signs in again.
    let Some(id) = session.id.clone() else { return Ok(None) };
    let account = store.load_account(&session.user_id).await?;
    let stands = |account: &Account| account.user.active && session.stands(account.user.not_before);
    let Some(account) = account.filter(stands) else { return Ok(None) };
    if now.since(session.last_seen) >= TOUCH_INTERVAL {
        session.last_seen = now;
        store.touch_session(&session).await?;
    }
    Ok(Some(SignedIn { session, id, account }))
}

/// The `Set-Cookie` of a session. `Lax`, since clients send their users here by a cross-site GET.
pub fn cookie(issuer: &Issuer, secret: &str) -> String {
    set_cookie(cookie_name(issuer), secret, issuer)
}

/// The `Set-Cookie` that ends a session in the browser.
pub fn expired_cookie(issuer: &Issuer) -> String {
    format!("{}; Max-Age=0", set_cookie(cookie_name(issuer), "", issuer))
}

/// A host-only, script-proof cookie; `Secure` wherever the issuer is.
pub fn set_cookie(name: &str, value: &str, issuer: &Issuer) -> String {
    let secure = if issuer.is_secure() { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

/// `__Host-` keeps other hosts of the domain from setting it (W02); plain over http on a laptop, where it is refused.
const fn cookie_name(issuer: &Issuer) -> &'static str {
    if issuer.is_secure() { "__Host-sid" } else { "sid" }
}
