//! How each end comes: as whoever brings it about would, over the API that they have for it.

use postern_testkit::{App, World};
use serde_json::{Value, json};

use super::{End, Held};
use crate::admin::Admin;

/// A request to the admin API: method, path and body.
type Asked = (&'static str, String, Value);

/// Brings an end about. `revocable` is what there is to revoke.
pub(super) async fn bring(world: &World, end: End, revocable: &str) {
    let (web, platform) = (&world.apps.web, &world.apps.platform);
    match end {
        // By somebody with the table in their hands.
        End::UserSwitchedOff => {
            world.edit_account(&world.people.olivia.user_id, |account| account.user.active = false).await;
        }
        End::GrantRevoked => assert_eq!(world.revoke(web, revocable).send().await.status(), 200),
        End::PatRevoked => assert_eq!(world.revoke_pat(revocable).send().await.status(), 200),
        End::ConnectionRevoked(_) => {
            assert_eq!(world.deauthorize(platform, revocable).send().await.status(), 200);
        }
        _ => administer(world, end, revocable).await,
    }
}

async fn administer(world: &World, end: End, revocable: &str) {
    let asked = of_tenant(world, end, revocable).or_else(|| of_client(world, end));
    let operator = Admin::operator(world).await;
    for (method, path, body) in asked.unwrap_or_else(|| panic!("{end:?}: say how it comes")) {
        let answer = operator.call(method, &path, body).await;
        let expected = if method == "DELETE" { 204 } else { 200 };
        assert_eq!(answer.status(), expected, "{end:?}: {method} {path}: {}", answer.text());
    }
}

/// What is done to Acme, to Olivia and to what they hold.
fn of_tenant(world: &World, end: End, revocable: &str) -> Option<Vec<Asked>> {
    let (olivia, platform) = (&world.people.olivia.user_id, &world.apps.platform.client_id);
    let acme = format!("tenants/{}", world.tenants.acme);
    let (member, role) = (format!("{acme}/members/{olivia}"), format!("{acme}/roles/owner"));
    let suspend = |what: &str| ("POST", format!("{what}/suspend"), Value::Null);
    let remove = |what: String| ("DELETE", what, Value::Null);
    Some(match end {
        End::RoleLowered => vec![("PATCH", member, json!({ "role": "reader" }))],
        End::RoleRedefined => vec![("PUT", role, json!({ "permissions": ["contact.read"] }))],
        End::RoleRemoved => vec![remove(role)],
        End::FeatureTaken => vec![("PATCH", acme, json!({ "features": ["contact.read"] }))],
        End::MemberRemoved(_) => vec![remove(member)],
        End::TenantSuspended => vec![suspend(&acme)],
        End::TenantRemoved(_) => vec![suspend(&acme), remove(acme)],
        End::HomeSuspended(_) => vec![suspend(&format!("tenants/{}", world.tenants.harbour))],
        End::PatRevokedByAdministrator => vec![remove(format!("{member}/tokens/{revocable}"))],
        End::ConnectionBound(_) => vec![("PATCH", format!("{acme}/connections/{platform}"), elsewhere())],
        End::Suspended(_) => vec![suspend(&format!("users/{olivia}"))],
        End::Removed(_) => vec![remove(format!("users/{olivia}"))],
        _ => return None,
    })
}

/// What is done to the client of the credential.
fn of_client(world: &World, end: End) -> Option<Vec<Asked>> {
    let path = |app: &App| format!("clients/{}", app.client_id);
    let (web, platform) = (path(&world.apps.web), path(&world.apps.platform));
    let narrow = json!({ "scopes": ["contact.read"] });
    Some(match end {
        End::ClientSwitchedOff => vec![("PATCH", web, json!({ "active": false }))],
        End::ClientRemoved => vec![("DELETE", web, Value::Null)],
        End::ClientNarrowed(Held::ByHeader) => vec![("PATCH", platform, narrow)],
        End::ClientNarrowed(_) => vec![("PATCH", web, narrow)],
        End::ClientBound => vec![("PATCH", web, elsewhere())],
        _ => return None,
    })
}

/// Networks of which no request here comes.
fn elsewhere() -> Value {
    json!({ "networks": ["203.0.113.0/24"] })
}
