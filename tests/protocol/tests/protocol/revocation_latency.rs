//! Whatever ends a right is felt within the stated bound, by every process and every kind of credential: the longest
//! time, not the usual one (I6, S03, S09, S16, PT5).

use postern_testkit::{World, assert_error};
use serde_json::Value;

use crate::admin::Admin;

const BOUND: u64 = 15;
const DELETE: &str = "DELETE /v1/contacts/{id}";

/// What a right stands on, and ends with.
#[derive(Clone, Copy, Debug)]
enum End {
    RoleLowered,
    FeatureTaken,
    MemberRemoved,
    UserSwitchedOff,
    TenantSuspended,
    ClientSwitchedOff,
    GrantRevoked,
    PatRevoked,
    PatOfLeaver,
    ConnectionRevoked,
    ConnectionRevokedForHeader,
    Suspended(Kind),
    Removed(Kind),
}

/// What somebody holds whose account ends.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Token,
    Pat,
    OfConnection,
}

const ENDS: [(End, &str); 17] = [
    (End::RoleLowered, "insufficient_role"),
    (End::FeatureTaken, "insufficient_role"),
    (End::MemberRemoved, "unauthorized"),
    (End::UserSwitchedOff, "unauthorized"),
    (End::TenantSuspended, "tenant_suspended"),
    (End::ClientSwitchedOff, "unauthorized"),
    (End::GrantRevoked, "unauthorized"),
    (End::PatRevoked, "unauthorized"),
    (End::PatOfLeaver, "unauthorized"),
    (End::ConnectionRevoked, "connection_revoked"),
    (End::ConnectionRevokedForHeader, "connection_revoked"),
    (End::Suspended(Kind::Token), "unauthorized"),
    (End::Suspended(Kind::Pat), "unauthorized"),
    (End::Suspended(Kind::OfConnection), "unauthorized"),
    (End::Removed(Kind::Token), "unauthorized"),
    (End::Removed(Kind::Pat), "unauthorized"),
    (End::Removed(Kind::OfConnection), "unauthorized"),
];

/// A credential that may delete contacts, the account that it names, and what to revoke of it.
struct Holder {
    token: String,
    account: Option<String>,
    revocable: String,
}

async fn holder(world: &World, end: End) -> Holder {
    let olivia = &world.people.olivia;
    let plain = |token: String, revocable: String| Holder { token, account: None, revocable };
    match end {
        End::PatRevoked | End::PatOfLeaver | End::Suspended(Kind::Pat) | End::Removed(Kind::Pat) => {
            let pat = world.pat(olivia, &["contact.delete"]).await;
            plain(pat.token.clone(), pat.token)
        }
        End::ConnectionRevoked
        | End::ConnectionRevokedForHeader
        | End::Suspended(Kind::OfConnection)
        | End::Removed(Kind::OfConnection) => {
            let connected = world.connect_for(&world.apps.platform, olivia, "contact.all").await;
            let by_header = matches!(end, End::ConnectionRevokedForHeader);
            let own = world.platform_token(&world.apps.platform).await;
            Holder {
                token: if by_header { own } else { connected.tokens.access },
                account: by_header.then(|| connected.account.clone()),
                revocable: connected.account,
            }
        }
        _ => {
            let tokens = world.tokens_for(&world.apps.web, olivia, "contact.all").await;
            plain(tokens.access, tokens.refresh)
        }
    }
}

async fn bring(world: &World, end: End, revocable: &str) {
    let (olivia, acme, web) = (&world.people.olivia.user_id, &world.tenants.acme, &world.apps.web);
    match end {
        End::RoleLowered => {
            world.edit_account(olivia, |account| account.memberships[0].role = "reader".into()).await;
        }
        End::FeatureTaken => {
            let features = Some(vec!["contact.read".to_owned()]);
            world.edit_tenant(acme, |tenant| tenant.features = features).await;
        }
        End::MemberRemoved | End::PatOfLeaver => {
            world.edit_account(olivia, |account| account.memberships[0].active = false).await;
        }
        End::UserSwitchedOff => world.edit_account(olivia, |account| account.user.active = false).await,
        End::TenantSuspended => world.edit_tenant(acme, |tenant| tenant.active = false).await,
        End::ClientSwitchedOff => world.edit_client(&web.client_id, |client| client.active = false).await,
        End::GrantRevoked => assert_eq!(world.revoke(web, revocable).send().await.status(), 200),
        End::PatRevoked => assert_eq!(world.revoke_pat(revocable).send().await.status(), 200),
        End::ConnectionRevoked | End::ConnectionRevokedForHeader => {
            assert_eq!(world.deauthorize(&world.apps.platform, revocable).send().await.status(), 200);
        }
        End::Suspended(_) => {
            let operator = Admin::operator(world).await;
            let suspended = operator.post(&format!("users/{olivia}/suspend"), Value::Null).await;
            assert_eq!(suspended.status(), 200, "{}", suspended.text());
        }
        End::Removed(_) => {
            let operator = Admin::operator(world).await;
            assert_eq!(operator.delete(&format!("users/{olivia}")).await.status(), 204);
        }
    }
}

#[tokio::test]
async fn i6_every_end_is_felt_within_the_bound() {
    for (end, refusal) in ENDS {
        let world = World::start().await;
        let holder = holder(&world, end).await;
        let (warm, cold) = (world.gate(BOUND), world.gate(0));
        let call = async |gate: &postern_testkit::Gate| {
            let decision = match &holder.account {
                Some(account) => gate.call_for(DELETE, &holder.token, account).await,
                None => gate.call(DELETE, &holder.token).await,
            };
            decision.name().to_owned()
        };
        assert_eq!(call(&warm).await, "allowed", "{end:?}");
        bring(&world, end, &holder.revocable).await;
        assert_eq!(call(&cold).await, refusal, "{end:?}: a process that remembers nothing");
        let mut last_allowed = 0;
        for second in 0..=BOUND {
            if call(&warm).await == "allowed" {
                last_allowed = second;
            }
            world.clock.advance(1);
        }
        assert!(last_allowed < BOUND, "{end:?}: allowed {last_allowed} s later");
        assert_eq!(call(&warm).await, refusal, "{end:?}");
    }
}

#[tokio::test]
async fn what_ended_buys_no_new_tokens() {
    for end in [End::MemberRemoved, End::Suspended(Kind::Token), End::Removed(Kind::Token)] {
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
