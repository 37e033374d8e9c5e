//! What must be nowhere: not in a dump of the table, not in any log line, not in any error.

use postern_testkit::{
    Answer, Ask, Browser, CapturedLog, Code, Draft, Form, PASSWORD, Tokens, VERIFIER, World,
};
use serde_json::{Value, json};

use crate::admin::{Admin, json_of};

/// A password that somebody mistyped.
const MISTYPED: &str = "canary-mistyped-password";

/// Walks every flow, good and bad, and gives every secret that was made on the way.
async fn walk(world: &World) -> Vec<String> {
    let mut secrets = vec![PASSWORD.to_owned(), MISTYPED.to_owned(), VERIFIER.to_owned()];
    for app in [&world.apps.web, &world.apps.steady, &world.apps.spa] {
        let mut browser = world.browser();
        let ask = Ask::of(app);
        secrets.extend(sign_in_wrongly(&mut browser, &ask).await);
        let code = Code::of(&browser.authorize(&ask, &world.people.olivia).await, &ask);
        secrets.extend([code.code.clone(), browser.jar.get("__Host-sid").unwrap().to_owned()]);
        secrets.extend(app.secret.clone());
        let first = Tokens::of(&world.exchange(app, &code).send().await);
        let second = Tokens::of(&world.refresh(app, &first.refresh).send().await);
        let again = world.refresh(app, &first.refresh).send().await;
        world.gate(0).call("GET /me", &second.access).await;
        world.userinfo(&second.access).send().await;
        world.introspect(app, &second.refresh).send().await;
        world.exchange(app, &code).send().await;
        world.revoke(app, &second.access).send().await;
        world.revoke(app, &second.refresh).send().await;
        world.refresh(app, &first.refresh).send().await;
        for tokens in [first, second, Tokens::of(&again)] {
            secrets.extend([tokens.access, tokens.refresh, tokens.id]);
        }
    }
    secrets.extend(connect(world).await);
    secrets.extend(administer(world).await);
    let service = world.client_credentials(&world.apps.service, "contact.read").send().await;
    secrets.extend([Tokens::of(&service).access, world.apps.service.secret.clone().unwrap()]);
    secrets.retain(|secret| !secret.is_empty());
    secrets
}

/// Connects a platform, which acts by either token.
async fn connect(world: &World) -> Vec<String> {
    let (platform, olivia) = (&world.apps.platform, &world.people.olivia);
    let connected = world.connect(platform, olivia).await;
    let own = world.platform_token(platform).await;
    world.gate(0).call_for("GET /v1/contacts", &own, &connected.account).await;
    let second = Tokens::of(&world.refresh(platform, &connected.tokens.refresh).send().await);
    world.deauthorize(platform, &connected.account).send().await;
    let tokens = [connected.tokens, second].map(|tokens| [tokens.access, tokens.refresh]);
    tokens.into_iter().flatten().chain([own]).chain(platform.secret.clone()).collect()
}

/// Makes what is shown once: secrets of clients, an initial access token, a personal access token.
async fn administer(world: &World) -> Vec<String> {
    let admin = Admin::operator(world).await;
    let body = json!({ "kind": "service", "name": "Night", "tenant": world.tenants.acme.as_str() });
    let made = json_of(&admin.post("clients", body).await, 201);
    let path = format!("clients/{}/secrets", made["client_id"].as_str().unwrap());
    let second = json_of(&admin.post(&path, Value::Null).await, 201);
    let farm = json_of(&admin.post("registration-tokens", json!({ "label": "Farm" })).await, 201);
    let shown = [&made["client_secret"], &second["client_secret"], &farm["registration_token"]];
    let shown = shown.map(|text| text.as_str().unwrap().to_owned());
    let pat = world.pat(&world.people.olivia, &["contact.read"]).await.token;
    shown.into_iter().chain([pat, admin.token]).collect()
}

/// Mistypes the password; gives the cookie and the form's token.
async fn sign_in_wrongly(browser: &mut Browser, ask: &Ask) -> Vec<String> {
    let login = browser.open(ask).await;
    let form = Form::read(login.text()).unwrap().fill("email", "olivia@acme.test").fill("password", MISTYPED);
    browser.submit(&form).await;
    let cookie = browser.jar.get(&format!("__Host-ix-{}", form.value("ix"))).unwrap();
    vec![cookie.to_owned(), form.value("csrf").to_owned()]
}

/// A secret as it is, encoded once more, and its random part alone.
fn spellings(secret: &str) -> Vec<String> {
    let mut spellings = vec![secret.to_owned(), postern_jose::base64url::encode(secret)];
    spellings.extend(secret.split('.').filter(|part| part.len() >= 40).map(str::to_owned));
    spellings
}

#[track_caller]
fn assert_absent(place: &str, text: &str, secrets: &[String]) {
    for secret in secrets {
        for spelling in spellings(secret) {
            assert!(!text.contains(&spelling), "{place} holds {spelling}");
        }
    }
}

#[tokio::test]
async fn r12_pt2_the_table_holds_no_secret() {
    let world = World::start().await;
    let secrets = walk(&world).await;
    assert!(secrets.len() > 40, "{}", secrets.len());
    // Live and revoked grants, sessions and requests in flight are all there.
    let live = world.tokens(&world.apps.spa).await;
    let rotated = Tokens::of(&world.refresh(&world.apps.spa, &live.refresh).send().await);
    world.events(None).await;
    let dump = world.dump().await;
    for item in
        ["AUDIT#", "GRANT#", "SESSION#", "INTERACTION#", "THROTTLE#", "CONSENT#", "JTI#", "sealed", "revoked"]
    {
        assert!(dump.contains(item), "{item}");
    }
    assert_absent("the table", &dump, &secrets);
    assert_absent(
        "the table",
        &dump,
        &[live.refresh, live.access, rotated.refresh, rotated.access, rotated.id],
    );
}

#[tokio::test]
async fn l07_no_log_line_holds_a_secret_or_what_a_caller_sent() {
    let world = World::start().await;
    let log = CapturedLog::begin();
    let mut secrets = walk(&world).await;
    secrets.extend(send_canaries(&world).await);
    secrets.push("st-1".to_owned());
    let text = log.text();
    for event in [
        "signed_in",
        "login_failed",
        "consent_given",
        "token_issued",
        "refresh_replayed",
        "code_replayed",
        "grant_revoked",
        "token_refused",
        "page_refused",
    ] {
        assert!(text.contains(event), "{event}");
    }
    assert_absent("the log", &text, &secrets);
    assert!(!text.contains("@acme.test"), "no address either");
    assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "l08");
}

/// Sends marked values to every door, and gives the marks. No answer repeats one.
async fn send_canaries(world: &World) -> Vec<String> {
    let mark = "CANARY-0123456789";
    let form = [
        ("code", mark),
        ("refresh_token", mark),
        ("token", mark),
        ("client_secret", mark),
        ("password", mark),
    ];
    let mut drafts: Vec<Draft> = Vec::new();
    for path in ["/oauth2/token", "/oauth2/revoke", "/oauth2/introspect", "/oauth2/login", "/oauth2/consent"]
    {
        for grant_type in ["authorization_code", "refresh_token", mark] {
            let draft =
                world.post(path).form(form).form([("grant_type", grant_type), ("ix", mark), ("csrf", mark)]);
            drafts.push(draft.form([("client_id", world.apps.web.client_id.as_str())]));
        }
    }
    drafts.push(world.get(&format!("/oauth2/authorize?client_id={mark}&state={mark}&redirect_uri={mark}")));
    drafts.push(world.get(&format!("/oauth2/{mark}?ix={mark}")));
    drafts.push(world.userinfo(mark));
    drafts.push(world.post("/oauth2/token").form([("token", mark)]).basic(mark, mark));
    for draft in drafts {
        let answer: Answer = draft.send().await;
        assert!(answer.status() >= 400 && !format!("{answer:?}").contains(mark), "{answer:?}");
    }
    vec![mark.to_owned()]
}
