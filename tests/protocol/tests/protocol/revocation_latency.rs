//! Whatever ends a right is felt within the stated bound, by every process and every kind of credential: the longest
//! time, not the usual one (I6, S03, S09, S16, PT5).

mod bring;

use bring::bring;
use postern_testkit::{Gate, World, assert_error};

const BOUND: u64 = 15;
const DELETE: &str = "DELETE /v1/contacts/{id}";

/// What a right stands on, and ends with.
#[derive(Clone, Copy, Debug)]
enum End {
    RoleLowered,
    RoleRedefined,
    RoleRemoved,
    FeatureTaken,
    MemberRemoved(Held),
    UserSwitchedOff,
    TenantSuspended,
    TenantRemoved(Held),
    HomeSuspended(Held),
    ClientSwitchedOff,
    ClientRemoved,
    ClientNarrowed(Held),
    ClientBound,
    GrantRevoked,
    PatRevoked,
    PatRevokedByAdministrator,
    ConnectionRevoked(Held),
    ConnectionBound(Held),
    Suspended(Held),
    Removed(Held),
}

/// What somebody holds whose right ends.
#[derive(Clone, Copy, Debug)]
enum Held {
    Token,
    Pat,
    /// A token of a connection.
    OfConnection,
    /// A platform's own token, for an account that a header names.
    ByHeader,
}

const ENDS: &[(End, &str)] = &[
    (End::RoleLowered, "insufficient_role"),
    (End::RoleRedefined, "insufficient_role"),
    (End::RoleRemoved, "insufficient_role"),
    (End::FeatureTaken, "insufficient_role"),
    (End::MemberRemoved(Held::Token), "unauthorized"),
    (End::MemberRemoved(Held::Pat), "unauthorized"),
    (End::UserSwitchedOff, "unauthorized"),
    (End::TenantSuspended, "tenant_suspended"),
    (End::TenantRemoved(Held::Token), "tenant_suspended"),
    (End::TenantRemoved(Held::Pat), "tenant_suspended"),
    (End::HomeSuspended(Held::OfConnection), "tenant_suspended"),
    (End::HomeSuspended(Held::ByHeader), "tenant_suspended"),
    (End::ClientSwitchedOff, "unauthorized"),
    (End::ClientRemoved, "unauthorized"),
    (End::ClientNarrowed(Held::Token), "insufficient_scope"),
    (End::ClientNarrowed(Held::ByHeader), "insufficient_scope"),
    (End::ClientBound, "ip_not_allowed"),
    (End::GrantRevoked, "unauthorized"),
    (End::PatRevoked, "unauthorized"),
    (End::PatRevokedByAdministrator, "unauthorized"),
    (End::ConnectionRevoked(Held::OfConnection), "connection_revoked"),
    (End::ConnectionRevoked(Held::ByHeader), "connection_revoked"),
    (End::ConnectionBound(Held::OfConnection), "ip_not_allowed"),
    (End::ConnectionBound(Held::ByHeader), "ip_not_allowed"),
    (End::Suspended(Held::Token), "unauthorized"),
    (End::Suspended(Held::Pat), "unauthorized"),
    (End::Suspended(Held::OfConnection), "unauthorized"),
    (End::Removed(Held::Token), "unauthorized"),
    (End::Removed(Held::Pat), "unauthorized"),
    (End::Removed(Held::OfConnection), "unauthorized"),
];

impl End {
    /// Whose end is looked at.
    const fn held(self) -> Held {
        match self {
            Self::MemberRemoved(held)
            | Self::TenantRemoved(held)
            | Self::HomeSuspended(held)
            | Self::ClientNarrowed(held)
            | Self::ConnectionRevoked(held)
            | Self::ConnectionBound(held)
            | Self::Suspended(held)
            | Self::Removed(held) => held,
            Self::PatRevoked | Self::PatRevokedByAdministrator => Held::Pat,
            _ => Held::Token,
        }
    }
}

/// A credential that may delete contacts, the account that it names, and what to revoke of it.
struct Holder {
    token: String,
    account: Option<String>,
    revocable: String,
}

impl Holder {
    async fn of(world: &World, end: End) -> Self {
        let (olivia, platform) = (&world.people.olivia, &world.apps.platform);
        match end.held() {
            Held::Token => {
                let tokens = world.tokens_for(&world.apps.web, olivia, "contact.all").await;
                Self { token: tokens.access, account: None, revocable: tokens.refresh }
            }
            Held::Pat => {
                let pat = world.pat(olivia, &["contact.delete"]).await;
                let by_name = matches!(end, End::PatRevokedByAdministrator);
                let revocable = if by_name { pat.id } else { pat.token.clone() };
                Self { token: pat.token, account: None, revocable }
            }
            Held::OfConnection => {
                let connected = world.connect_for(platform, olivia, "contact.all").await;
                Self { token: connected.tokens.access, account: None, revocable: connected.account }
            }
            Held::ByHeader => {
                let account = world.connect_for(platform, olivia, "contact.all").await.account;
                let token = world.platform_token(platform).await;
                Self { token, account: Some(account.clone()), revocable: account }
            }
        }
    }

    /// What comes of a request with it.
    async fn call(&self, gate: &Gate) -> String {
        let decision = match &self.account {
            Some(account) => gate.call_for(DELETE, &self.token, account).await,
            None => gate.call(DELETE, &self.token).await,
        };
        decision.name().to_owned()
    }
}

#[tokio::test]
async fn i6_every_end_is_felt_within_the_bound() {
    for (end, refusal) in ENDS {
        let world = World::start().await;
        let holder = Holder::of(&world, *end).await;
        let (warm, cold) = (world.gate(BOUND), world.gate(0));
        assert_eq!(holder.call(&warm).await, "allowed", "{end:?}");
        bring(&world, *end, &holder.revocable).await;
        assert_eq!(holder.call(&cold).await, *refusal, "{end:?}: a process that remembers nothing");
        let mut last_allowed = 0;
        for second in 0..=BOUND {
            if holder.call(&warm).await == "allowed" {
                last_allowed = second;
            }
            world.clock.advance(1);
        }
        assert!(last_allowed < BOUND, "{end:?}: allowed {last_allowed} s later");
        assert_eq!(holder.call(&warm).await, *refusal, "{end:?}");
    }
}

#[tokio::test]
async fn what_ended_buys_no_new_tokens() {
    for end in [End::MemberRemoved(Held::Token), End::Suspended(Held::Token), End::Removed(Held::Token)] {
        let world = World::start().await;
        let (web, platform) = (&world.apps.web, &world.apps.platform);
        let tokens = world.tokens(web).await;
        let connected = world.connect(platform, &world.people.olivia).await;
        let code = world.code(web).await;
        bring(&world, end, "").await;
        for (app, token) in [(web, &tokens.refresh), (platform, &connected.tokens.refresh)] {
            assert_error(&world.refresh(app, token).send().await, 400, "invalid_grant");
        }
        assert_error(&world.exchange(web, &code).send().await, 400, "invalid_grant");
    }
}
