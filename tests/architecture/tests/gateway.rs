//! The routes and the gateways of `template.yaml`.

use std::collections::BTreeSet;

use postern_architecture::routes::{as_watch, of_template, of_watch, public};
use postern_architecture::template::Template;
use postern_architecture::{api, manifests};

/// Every route that anybody may call (G09). A new one is added here on purpose or not at all.
const PUBLIC: &[&str] = &[
    "ANY /oauth2/deauthorize",
    "ANY /oauth2/introspect",
    "ANY /oauth2/par",
    "ANY /oauth2/refresh",
    "ANY /oauth2/register",
    "ANY /oauth2/register/{client_id}",
    "ANY /oauth2/revoke",
    "ANY /oauth2/token",
    "ANY /oauth2/device_authorization",
    "GET /.well-known/jwks.json",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/oauth-protected-resource",
    "GET /.well-known/oauth-protected-resource/{path+}",
    "GET /.well-known/openid-configuration",
    "GET /assets/{file}",
    "GET /oauth2/authorize",
    "GET /oauth2/consent",
    "GET /oauth2/continue",
    "GET /oauth2/device",
    "POST /oauth2/device",
    "GET /oauth2/password",
    "POST /oauth2/password",
    "GET /oauth2/invitations",
    "POST /oauth2/invitations",
    "GET /oauth2/login",
    "GET /oauth2/logout",
    "GET /oauth2/userinfo",
    "OPTIONS /.well-known/jwks.json",
    "OPTIONS /.well-known/oauth-authorization-server",
    "OPTIONS /.well-known/oauth-protected-resource",
    "OPTIONS /.well-known/oauth-protected-resource/{path+}",
    "OPTIONS /.well-known/openid-configuration",
    "OPTIONS /oauth2/userinfo",
    "POST /oauth2/authorize",
    "POST /oauth2/consent",
    "POST /oauth2/login",
    "POST /oauth2/logout",
    "POST /oauth2/userinfo",
];

#[test]
fn public_routes_are_exactly_the_listed_ones() {
    let routes = of_template(&Template::load().unwrap());
    assert_eq!(public(&routes), PUBLIC.iter().map(|route| (*route).to_owned()).collect::<BTreeSet<_>>());
}

#[test]
fn cargo_lambda_watch_has_the_same_routes() {
    let routes = of_template(&Template::load().unwrap());
    assert_eq!(of_watch(&manifests::metadata().unwrap().workspace_metadata), as_watch(&routes));
}

#[test]
fn the_apis_cache_nothing_and_log_no_credential() {
    let faults = api::faults(&Template::load().unwrap());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The sample API is the same behind both gateways.
#[test]
fn both_apis_serve_the_same_protected_routes() {
    use postern_architecture::routes::Api;
    let routes = of_template(&Template::load().unwrap());
    let guarded = |api| -> BTreeSet<_> {
        let of_sample = routes.iter().filter(|route| route.function == "me");
        let of_api = of_sample.filter(move |route| route.api == api && route.authorizer.is_some());
        of_api.map(|route| (&route.method, &route.path, &route.function)).collect()
    };
    assert_eq!(guarded(Api::Http), guarded(Api::Rest));
    assert!(!guarded(Api::Rest).is_empty());
}

/// Postern's own APIs, each described by the document beside it.
const OWN: &[&str] = &["account", "admin"];

/// What Postern's own APIs document is what the gateway routes: a route without a rule would always be denied, a rule
/// without a route never asked for.
#[test]
fn own_apis_route_what_they_document() {
    let routes = of_template(&Template::load().unwrap());
    for package in OWN {
        let path = postern_architecture::root().join(format!("functions/{package}/openapi.yaml"));
        let api = postern_openapi::load(&std::fs::read_to_string(path).unwrap()).unwrap().api;
        let documented: BTreeSet<_> =
            api.routes.iter().map(|route| (route.method.clone(), route.path.clone())).collect();
        let deployed: BTreeSet<_> = routes
            .iter()
            .filter(|route| route.function == *package && route.authorizer.is_some())
            .map(|route| (route.method.clone(), route.path.clone()))
            .collect();
        assert_eq!(documented, deployed, "{package}");
    }
}

/// Each function is a package of the same name in `functions/`, and each such package is deployed.
#[test]
fn template_and_folders_name_the_same_functions() {
    let template = Template::load().unwrap();
    let deployed: BTreeSet<_> =
        template.functions().map(|function| format!("functions/{}", function.package)).collect();
    let folders = manifests::workspace().unwrap().into_values().map(|package| package.folder);
    assert_eq!(folders.filter(|folder| folder.starts_with("functions/")).collect::<BTreeSet<_>>(), deployed);
}
