//! Who may not: other tenants' administrators, other credentials.

use postern_core::caller::Caller;
use postern_core::id::PatId;
use postern_testkit::{Operation, World, assert_error};
use serde_json::{Value, json};

use super::{Admin, json_of};

/// Method, path and body.
type Route = (&'static str, String, Value);

/// Requests that name what is Globex's, and its names beside such as nobody has.
struct Foreign {
    routes: Vec<Route>,
    names: Vec<(String, &'static str)>,
}

/// Every route that names something, with something of Globex in it.
async fn foreign(world: &World) -> Foreign {
    let mut all = of_globex(world).await;
    let consents = consents_of_globex(world).await;
    all.routes.extend(consents.routes);
    all.names.extend(consents.names);
    all
}

async fn of_globex(world: &World) -> Foreign {
    let operator = Admin::operator(world).await;
    let globex = world.tenants.globex.as_str();
    let service =
        json!({ "kind": "service", "name": "Theirs", "tenant": globex, "scopes": ["contact.read"] });
    let service = json_of(&operator.post("clients", service).await, 201);
    let client = service["client_id"].as_str().unwrap();
    let secret = service["secrets"][0].as_str().unwrap();
    let gloria = world.people.gloria.user_id.as_str();
    let web = world.apps.web.client_id.as_str();
    let mut routes = of_tenant((world.tenants.acme.as_str(), globex), gloria);
    routes.extend([
        ("GET", format!("clients?tenant={globex}"), Value::Null),
        ("GET", format!("clients/{client}"), Value::Null),
        ("PATCH", format!("clients/{client}"), json!({ "name": "Mine" })),
        ("DELETE", format!("clients/{client}"), Value::Null),
        ("POST", format!("clients/{client}/secrets"), Value::Null),
        ("DELETE", format!("clients/{client}/secrets/{secret}"), Value::Null),
        ("GET", format!("clients/{web}"), Value::Null),
        ("DELETE", format!("clients/{web}"), Value::Null),
        ("GET", format!("audit?tenant={globex}"), Value::Null),
        ("POST", "clients".to_owned(), json!({ "kind": "service", "name": "Mine", "tenant": globex })),
    ]);
    let names = [
        (globex, "ten_0000000000000000000000"),
        (gloria, "usr_0000000000000000000000"),
        (client, "0000000000000000000000"),
        (web, "0000000000000000000000"),
        (secret, "sec_000000000000"),
    ];
    Foreign { routes, names: names.map(|(theirs, nobodys)| (theirs.to_owned(), nobodys)).into() }
}

fn of_tenant((acme, globex): (&str, &str), gloria: &str) -> Vec<Route> {
    vec![
        ("GET", format!("tenants/{globex}"), Value::Null),
        ("PATCH", format!("tenants/{globex}"), json!({ "name": "Mine" })),
        ("POST", format!("tenants/{globex}/suspend"), Value::Null),
        ("POST", format!("tenants/{globex}/restore"), Value::Null),
        ("GET", format!("tenants/{globex}/members"), Value::Null),
        (
            "POST",
            format!("tenants/{globex}/members"),
            json!({ "email": "olivia@acme.test", "role": "owner" }),
        ),
        ("GET", format!("tenants/{globex}/members/{gloria}"), Value::Null),
        ("PATCH", format!("tenants/{globex}/members/{gloria}"), json!({ "role": "reader" })),
        ("DELETE", format!("tenants/{globex}/members/{gloria}"), Value::Null),
        ("GET", format!("tenants/{acme}/members/{gloria}"), Value::Null),
        ("PATCH", format!("tenants/{acme}/members/{gloria}"), json!({ "role": "reader" })),
        ("DELETE", format!("tenants/{acme}/members/{gloria}"), Value::Null),
        ("PUT", format!("tenants/{globex}/roles/owner"), json!({ "permissions": [] })),
        ("DELETE", format!("tenants/{globex}/roles/owner"), Value::Null),
    ]
}

/// The same for what members of Globex have made and allowed.
async fn consents_of_globex(world: &World) -> Foreign {
    let (acme, globex) = (world.tenants.acme.as_str(), world.tenants.globex.as_str());
    let gloria = world.people.gloria.user_id.as_str();
    let pat = world.pat(&world.people.gloria, &["contact.read"]).await.id;
    world.connect(&world.apps.platform, &world.people.gloria).await;
    let platform = world.apps.platform.client_id.as_str();
    let invited = json!({ "email": "ada@globex.test", "role": "reader" });
    let invited = Admin::operator(world).await.post(&format!("tenants/{globex}/members"), invited).await;
    let invitation = invited.member("id");
    let routes = vec![
        ("GET", format!("tenants/{globex}/invitations"), Value::Null),
        ("DELETE", format!("tenants/{globex}/invitations/{invitation}"), Value::Null),
        ("DELETE", format!("tenants/{acme}/invitations/{invitation}"), Value::Null),
        ("GET", format!("tenants/{globex}/members/{gloria}/tokens"), Value::Null),
        ("GET", format!("tenants/{acme}/members/{gloria}/tokens"), Value::Null),
        ("DELETE", format!("tenants/{globex}/members/{gloria}/tokens/{pat}"), Value::Null),
        ("DELETE", format!("tenants/{acme}/members/{gloria}/tokens/{pat}"), Value::Null),
        ("GET", format!("tenants/{globex}/connections"), Value::Null),
        ("GET", format!("tenants/{globex}/connections/{platform}/activity"), Value::Null),
        ("GET", format!("tenants/{acme}/connections/{platform}/activity"), Value::Null),
        ("PATCH", format!("tenants/{globex}/connections/{platform}"), json!({ "networks": [] })),
        ("DELETE", format!("tenants/{globex}/connections/{platform}"), Value::Null),
        ("DELETE", format!("tenants/{acme}/connections/{platform}"), Value::Null),
        ("PATCH", format!("tenants/{acme}/connections/{platform}"), json!({ "networks": [] })),
    ];
    let names = [
        (pat, "pat_0000000000000000"),
        (invitation, "inv_0000000000000000000000"),
        (platform.to_owned(), "0000000000000000000000"),
    ];
    Foreign { routes, names: names.into() }
}

#[tokio::test]
async fn s01_what_is_anothers_does_not_exist() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    let Foreign { routes, names } = foreign(&world).await;
    let nobodys = |text: &str| {
        names.iter().fold(text.to_owned(), |text, (theirs, nobodys)| text.replace(theirs, nobodys))
    };
    let before = world.state().await;
    for (method, path, body) in routes {
        let theirs = admin.call(method, &path, body.clone()).await;
        // A body that names nobody is a bad body.
        let (status, error) = if path == "clients" { (400, "invalid_request") } else { (404, "not_found") };
        assert_error(&theirs, status, error);
        // The same route with what nobody has.
        let body = serde_json::from_str(&nobodys(&body.to_string())).unwrap();
        let nothing = admin.call(method, &nobodys(&path), body).await;
        assert_eq!((theirs.status(), theirs.text()), (nothing.status(), nothing.text()), "{method} {path}");
    }
    assert_eq!(world.state().await, before);
    let clients = json_of(&admin.get("clients").await, 200);
    assert!(
        !clients.to_string().contains("Theirs") && clients["data"].as_array().unwrap().len() == 2,
        "{clients}"
    );
    let tenants = json_of(&admin.get("tenants").await, 200);
    assert_eq!(tenants["data"].as_array().unwrap().len(), 1);
}

/// What is documented is tried: an operation that names something, and is in neither list, could cross unseen.
#[tokio::test]
async fn s01_every_documented_operation_that_names_something_is_tried() {
    let world = World::start().await;
    let mut routes = foreign(&world).await.routes;
    // What is operators' alone is no tenant's: nobody else gets as far as the name.
    routes.extend(for_operators(&world).await);
    let tried = |operation: &Operation| {
        routes.iter().any(|(method, path, _)| operation.is(method, &format!("/admin/v1/{path}")))
    };
    let documented = Operation::of_admin();
    let naming = documented.iter().filter(|operation| operation.names_something());
    let missed: Vec<_> = naming.clone().filter(|it| !tried(it)).map(Operation::name).collect();
    assert!(missed.is_empty(), "tried nowhere: {missed:?}");
    assert!(naming.count() > 25);
    // Nothing is tried that is not there.
    for (method, path, _) in &routes {
        let path = format!("/admin/v1/{path}");
        assert!(documented.iter().any(|operation| operation.is(method, &path)), "{method} {path}");
    }
}

/// What only operators do, as a tenant's administrator tries it.
async fn for_operators(world: &World) -> Vec<Route> {
    let (acme, olivia) = (&world.tenants.acme, &world.people.olivia.user_id);
    let web = json!({ "kind": "web", "name": "W", "redirect_uris": ["https://a.test/"] });
    let platform = json!({ "kind": "platform", "name": "P" });
    let token = json!({ "label": "Build farm" });
    let token = Admin::operator(world).await.post("registration-tokens", token).await.member("id");
    vec![
        ("POST", "tenants".to_owned(), json!({ "name": "Mine" })),
        ("DELETE", format!("tenants/{acme}"), Value::Null),
        ("POST", format!("tenants/{acme}/suspend"), Value::Null),
        ("POST", format!("tenants/{acme}/restore"), Value::Null),
        ("GET", "users".to_owned(), Value::Null),
        ("GET", "users?email=olivia@acme.test".to_owned(), Value::Null),
        ("GET", format!("users/{olivia}"), Value::Null),
        ("PATCH", format!("users/{olivia}"), json!({ "name": "Mine" })),
        ("DELETE", format!("users/{olivia}"), Value::Null),
        ("POST", format!("users/{olivia}/suspend"), Value::Null),
        ("POST", format!("users/{olivia}/restore"), Value::Null),
        ("POST", "clients".to_owned(), web),
        ("POST", "clients".to_owned(), platform),
        ("GET", "registration-tokens".to_owned(), Value::Null),
        ("POST", "registration-tokens".to_owned(), json!({ "label": "Mine" })),
        ("DELETE", format!("registration-tokens/{token}"), Value::Null),
        ("DELETE", "registration-tokens/rgt_0000000000000000000000".to_owned(), Value::Null),
        ("PUT", "apis".to_owned(), json!({ "openapi": "3.1.0" })),
        ("DELETE", "apis?audience=https://api.test".to_owned(), Value::Null),
    ]
}

#[tokio::test]
async fn what_only_operators_do_is_refused_to_others() {
    let world = World::start().await;
    let admin = Admin::of_acme(&world).await;
    let acme = &world.tenants.acme;
    let routes = for_operators(&world).await;
    let before = world.state().await;
    for (method, path, body) in routes {
        assert_error(&admin.call(method, &path, body).await, 403, "insufficient_role");
    }
    // Nor may a tenant widen its own bounds.
    for change in [json!({ "features": null }), json!({ "api_domain": null }), json!({ "livemode": false })] {
        assert_error(&admin.patch(&format!("tenants/{acme}"), change).await, 400, "invalid_request");
    }
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn only_the_scope_admin_at_this_audience_opens_the_door() {
    let world = World::start().await;
    let service = world.client_credentials(&world.apps.service, "contact.read").send().await;
    let (token, app) = (service.member("access_token"), world.apps.service.clone());
    let of_another_api = Admin { world: &world, token, app };
    assert_eq!(of_another_api.get("tenants").await.status(), 401);
    let nobody = world.get("/admin/v1/tenants").send().await;
    assert_eq!(nobody.status(), 401);
    assert_eq!(world.post("/admin/v1/nothing").bearer("x").send().await.status(), 404);
}

/// The door itself: the gateway lets a personal access token with the scope pass.
#[tokio::test]
async fn pt4_a_personal_access_token_reads_and_changes_nothing() {
    let world = World::start().await;
    let caller = |pat: bool, account: bool| Caller {
        tenant_id: world.tenants.acme.clone(),
        user_id: Some(world.people.olivia.user_id.clone()),
        client_id: None,
        delegate: None,
        pat_id: pat.then(|| PatId::parse("pat_a").unwrap()),
        account_id: account.then(|| postern_core::id::AccountId::of(&world.tenants.acme)),
        scopes: postern_core::param::ScopeSet::parse("admin").unwrap(),
    };
    let path = format!("/admin/v1/tenants/{}", world.tenants.acme);
    let body = json!({ "name": "Changed" }).to_string();
    let read = world.get(&path).as_caller(caller(true, false)).send().await;
    assert_eq!(read.status(), 200, "{}", read.text());
    let change = |caller| {
        let draft = world.request(postern_core::http::Method::PATCH, &path).as_caller(caller);
        draft.body("application/json", body.clone()).send()
    };
    assert_error(&change(caller(true, false)).await, 403, "insufficient_scope");
    assert_error(&change(caller(false, true)).await, 403, "insufficient_scope");
    // X04: nor does a token that a backend got in exchange for a person's.
    let delegate = Some(world.apps.service.client_id.clone());
    let exchanged = Caller { delegate, ..caller(false, false) };
    assert_error(&change(exchanged).await, 403, "insufficient_scope");
    assert_eq!(change(caller(false, false)).await.status(), 200);
}
