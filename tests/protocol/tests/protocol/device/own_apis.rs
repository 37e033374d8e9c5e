//! What no device gets a token for.

use postern_testkit::{ISSUER, assert_error};

use super::{ask, world};

/// RFC 8628 section 5.4: whoever is talked into typing a stranger's code does not let them make credentials.
#[tokio::test]
async fn pt4_x01_no_device_gets_a_token_for_posterns_own_apis() {
    let world = world().await;
    let app = &world.apps.web;
    for (path, scope) in [("/account", "account"), ("/admin", "admin")] {
        let audience = format!("{ISSUER}{path}");
        world.register_both(app, "openid contact.read", (&audience, scope)).await;
        let begun = world.dump().await;
        let form = [("scope", scope), ("resource", audience.as_str())];
        let answer = world.post("/oauth2/device_authorization").form(form).by(app).send().await;
        assert_error(&answer, 400, "invalid_target");
        assert_eq!(world.dump().await, begun);
    }
    assert_eq!(ask(&world, app, "openid contact.read").send().await.status(), 200);
}
