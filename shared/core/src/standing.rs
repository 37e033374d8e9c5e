//! Whether those behind a credential may act now: client, tenant, user, membership, grant, connection (I4, I5, S09,
//! S16, PT5, V09).

use crate::client::{Client, ClientKind};
use crate::clock::Timestamp;
use crate::connection::Connection;
use crate::grant::{Grant, GrantState};
use crate::id::{AccountId, ClientId, GrantId, PatId, TenantId, TokenId, UserId};
use crate::pat::Pat;
use crate::tenant::{Member, Tenant, User};

/// For whom and through what a credential acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The one tenant that is acted for (R16).
    pub tenant_id: TenantId,
    /// Who acts.
    pub actor: Actor,
    /// The access token itself, if it is one.
    pub token_id: Option<TokenId>,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A client by itself, for its own tenant (RFC 6749 section 4.4).
    Client {
        /// The client.
        client_id: ClientId,
    },
    /// A platform by itself, for a tenant that is connected to it.
    Platform {
        /// The platform.
        client_id: ClientId,
        /// Its own tenant.
        home: TenantId,
    },
    /// A user through a client.
    User {
        /// The user.
        user_id: UserId,
        /// The client.
        client_id: ClientId,
        /// The grant; `None` where whoever asks has just read it.
        grant_id: Option<GrantId>,
        /// The client's own tenant, where it is a platform: it needs a connection too.
        home: Option<TenantId>,
        /// The client whose grant it is, where `client_id` got its token by exchange (RFC 8693).
        origin: Option<ClientId>,
    },
    /// A member through a personal access token of theirs.
    Pat {
        /// The member.
        user_id: UserId,
        /// The token.
        pat_id: PatId,
    },
}

/// What the table says about a [`Subject`], read at one moment.
#[derive(Clone, Default)]
pub struct Standing {
    /// The client.
    pub client: Option<Client>,
    /// The client whose grant it is, where the token was exchanged.
    pub origin: Option<Client>,
    /// The tenant.
    pub tenant: Option<Tenant>,
    /// The own tenant of a platform that acts for another.
    pub home: Option<Tenant>,
    /// The user.
    pub user: Option<User>,
    /// The user's membership of the tenant.
    pub member: Option<Member>,
    /// The grant.
    pub grant: Option<Grant>,
    /// The personal access token.
    pub pat: Option<Pat>,
    /// The platform's connection with the tenant.
    pub connection: Option<Connection>,
    /// Whether the access token was revoked by itself, or the one that it was exchanged for.
    pub token_revoked: bool,
}

/// Why a subject no longer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// The client is gone, expired or switched off, or is another tenant's than its token says; or the tenant lets in none
    /// like it.
    Client,
    /// The tenant is gone or suspended.
    Tenant,
    /// The user is gone or switched off.
    User,
    /// The user is no longer a member of the tenant.
    Membership,
    /// The grant is revoked, gone, or not of this client, user and tenant.
    Grant,
    /// The token was revoked, or never was.
    Token,
    /// Issued before a not-before mark.
    Epoch,
    /// There is no connection, or the client is none that could have one, or one is live and the other a test.
    NotConnected,
    /// The connection was ended.
    Disconnected,
}

impl Subject {
    /// The client through which, or as which, is acted; a personal access token has none.
    pub const fn client_id(&self) -> Option<&ClientId> {
        match &self.actor {
            Actor::Client { client_id }
            | Actor::Platform { client_id, .. }
            | Actor::User { client_id, .. } => Some(client_id),
            Actor::Pat { .. } => None,
        }
    }

    /// The acting user, if any.
    pub const fn user_id(&self) -> Option<&UserId> {
        match &self.actor {
            Actor::User { user_id, .. } | Actor::Pat { user_id, .. } => Some(user_id),
            Actor::Client { .. } | Actor::Platform { .. } => None,
        }
    }

    /// The grant, if one is to be read.
    pub const fn grant_id(&self) -> Option<&GrantId> {
        match &self.actor {
            Actor::User { grant_id, .. } => grant_id.as_ref(),
            Actor::Client { .. } | Actor::Platform { .. } | Actor::Pat { .. } => None,
        }
    }

    /// The client whose grant it is, where the token was exchanged.
    pub const fn origin(&self) -> Option<&ClientId> {
        match &self.actor {
            Actor::User { origin, .. } => origin.as_ref(),
            Actor::Client { .. } | Actor::Platform { .. } | Actor::Pat { .. } => None,
        }
    }

    /// The client that acts for the user by an exchanged token, if it is one (RFC 8693 section 4.1).
    pub fn delegate(&self) -> Option<&ClientId> {
        self.origin().and(self.client_id())
    }

    /// The personal access token, if it is one.
    pub const fn pat_id(&self) -> Option<&PatId> {
        match &self.actor {
            Actor::Pat { pat_id, .. } => Some(pat_id),
            Actor::Client { .. } | Actor::Platform { .. } | Actor::User { .. } => None,
        }
    }

    /// The platform's own tenant, where one acts for a connected account.
    pub const fn home(&self) -> Option<&TenantId> {
        match &self.actor {
            Actor::Platform { home, .. } => Some(home),
            Actor::User { home, .. } => home.as_ref(),
            Actor::Client { .. } | Actor::Pat { .. } => None,
        }
    }

    /// The connected account that is acted for, if one is.
    pub fn account_id(&self) -> Option<AccountId> {
        self.home().map(|_| AccountId::of(&self.tenant_id))
    }

    /// The same, before there is a connection: whoever asks is about to make it.
    #[must_use]
    pub(crate) fn not_yet_connected(mut self) -> Self {
        if let Actor::User { home, .. } = &mut self.actor {
            *home = None;
        }
        self
    }

    /// A client's own token acting for a connected account; `None` for tokens of users, which may not (S08, S12).
    pub fn acting_for(self, account: &AccountId) -> Option<Self> {
        let Actor::Client { client_id } = self.actor else { return None };
        let actor = Actor::Platform { client_id, home: self.tenant_id };
        Some(Self { tenant_id: account.tenant(), actor, token_id: self.token_id })
    }
}

impl Standing {
    /// Checks everybody named by `subject` as of `now`, for a credential issued at `issued_at`. What comes from a grant is as
    /// old as its grant: a refresh in flight does not outrun a not-before mark (V09).
    pub fn verify(&self, subject: &Subject, issued_at: Timestamp, now: Timestamp) -> Result<(), Lapse> {
        let is_platform = self.client.as_ref().is_some_and(|it| it.kind == ClientKind::Platform);
        // What a platform does for a user it does by a connection, or not at all (T13).
        if is_platform && subject.user_id().is_some() && subject.home().is_none() {
            return Err(Lapse::Client);
        }
        self.verify_everybody(subject, issued_at, now)
    }

    fn verify_everybody(&self, subject: &Subject, issued_at: Timestamp, now: Timestamp) -> Result<(), Lapse> {
        if self.token_revoked {
            return Err(Lapse::Token);
        }
        let mut issued_at = issued_at;
        let mut not_before = Timestamp::from_secs(0);
        if subject.client_id().is_some() {
            not_before = not_before.max(self.verify_clients(subject, issued_at, now)?);
        }
        match &subject.actor {
            Actor::Client { .. } => {}
            Actor::Platform { home, .. } => not_before = not_before.max(self.verify_platform(home)?),
            Actor::User { grant_id, home, .. } => {
                if let Some(home) = home {
                    // A grant under a connection is as old as its own consent, whose mark the connection carries.
                    not_before = not_before.max(self.verify_connection()?).max(self.verify_home(home)?);
                }
                if grant_id.is_some() {
                    issued_at = issued_at.min(self.live_grant(subject).ok_or(Lapse::Grant)?.created_at);
                }
            }
            Actor::Pat { .. } => {
                issued_at = issued_at.min(self.live_pat(subject).ok_or(Lapse::Token)?.created_at);
            }
        }
        let tenant = self.tenant.as_ref().filter(|it| it.active).ok_or(Lapse::Tenant)?;
        not_before = not_before.max(tenant.not_before);
        if [&self.client, &self.origin].into_iter().flatten().any(|client| !tenant.admits(client)) {
            return Err(Lapse::Client);
        }
        if subject.user_id().is_some() {
            let user = self.user.as_ref().filter(|it| it.active).ok_or(Lapse::User)?;
            let member = self.member.as_ref().filter(|it| it.active).ok_or(Lapse::Membership)?;
            not_before = not_before.max(user.not_before).max(member.not_before);
        }
        if issued_at < not_before { Err(Lapse::Epoch) } else { Ok(()) }
    }

    /// The mark under which a membership stands: the latest of its tenant's, its person's and its own.
    pub(crate) fn member_mark(&self) -> Timestamp {
        let marks = [
            self.tenant.as_ref().map(|it| it.not_before),
            self.user.as_ref().map(|it| it.not_before),
            self.member.as_ref().map(|it| it.not_before),
        ];
        marks.into_iter().flatten().max().unwrap_or(Timestamp::from_secs(0))
    }

    /// The mark of the client whose grant it is. An exchanged token is as old as the exchange to the client that holds it.
    fn verify_clients(
        &self,
        subject: &Subject,
        issued_at: Timestamp,
        now: Timestamp,
    ) -> Result<Timestamp, Lapse> {
        let mark = |client: &Option<Client>| {
            client.as_ref().filter(|it| it.is_live(now)).map(|it| it.not_before).ok_or(Lapse::Client)
        };
        let holder = mark(&self.client)?;
        match subject.origin() {
            None => Ok(holder),
            Some(_) if issued_at < holder => Err(Lapse::Epoch),
            Some(_) => mark(&self.origin),
        }
    }

    /// The mark of a platform that acts by itself: only its own tenant's, since its token is older than any
    /// connection may be. Where it has no connection nothing else about the account is told (S07).
    fn verify_platform(&self, home: &TenantId) -> Result<Timestamp, Lapse> {
        self.verify_connection()?;
        self.verify_home(home)
    }

    /// The mark of the platform's own tenant, whose suspension stops the platform for everybody (S16). `home` is what the
    /// token says: a token of another tenant than the client's record names is of a client that is no more (T13).
    fn verify_home(&self, home: &TenantId) -> Result<Timestamp, Lapse> {
        if self.client.as_ref().and_then(|it| it.tenant.as_ref()) != Some(home) {
            return Err(Lapse::Client);
        }
        Ok(self.home.as_ref().filter(|it| it.active).ok_or(Lapse::Tenant)?.not_before)
    }

    /// As [`Self::verify`], for a consent whose connection is about to be made or renewed: platform and tenant are both
    /// live, or both for tests (S13).
    pub(crate) fn verify_to_connect(
        &self,
        subject: Subject,
        issued_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), Lapse> {
        let home = subject.home().cloned().ok_or(Lapse::NotConnected)?;
        self.verify_everybody(&subject.not_yet_connected(), issued_at, now)?;
        let mode = self.client.as_ref().map(|client| client.livemode);
        if self.tenant.as_ref().map(|tenant| tenant.livemode) != mode {
            return Err(Lapse::NotConnected);
        }
        if issued_at < self.verify_home(&home)? { Err(Lapse::Epoch) } else { Ok(()) }
    }

    /// Whether the table has what the subject names itself by. What has it not is made up, by whoever likes, as often as
    /// they like: it is not worth remembering.
    pub(crate) fn knows(&self, subject: &Subject) -> bool {
        match &subject.actor {
            Actor::Pat { .. } => self.pat.is_some(),
            Actor::Platform { .. } => self.connection.is_some(),
            // Named by a signed token.
            Actor::Client { .. } | Actor::User { .. } => true,
        }
    }

    /// The mark of the connection, if it is in force, and live or a test as both its ends are (S13).
    fn verify_connection(&self) -> Result<Timestamp, Lapse> {
        let connection = self.connection.as_ref().ok_or(Lapse::NotConnected)?;
        let mode = self.client.as_ref().filter(|it| it.kind == ClientKind::Platform).map(|it| it.livemode);
        let same = self.tenant.as_ref().map(|it| it.livemode) == mode;
        match (connection.is_active(), mode) {
            (_, None) => Err(Lapse::NotConnected),
            (false, _) => Err(Lapse::Disconnected),
            (true, Some(_)) if same => Ok(connection.not_before),
            (true, Some(_)) => Err(Lapse::NotConnected),
        }
    }

    /// The grant, if it is active and of this client, user and tenant.
    fn live_grant(&self, subject: &Subject) -> Option<&Grant> {
        self.grant.as_ref().filter(|grant| {
            Some(&grant.client_id) == subject.origin().or(subject.client_id())
                && Some(&grant.user_id) == subject.user_id()
                && grant.tenant_id == subject.tenant_id
                && matches!(grant.state, GrantState::Active(_))
        })
    }

    /// The personal access token, if it is not revoked and of this member.
    fn live_pat(&self, subject: &Subject) -> Option<&Pat> {
        self.pat.as_ref().filter(|pat| {
            Some(&pat.user_id) == subject.user_id()
                && pat.tenant_id == subject.tenant_id
                && pat.revoked_at.is_none()
        })
    }
}
