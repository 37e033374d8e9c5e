//! `postern` against a running deployment: what an operator does after the first deploy, from the first credentials to
//! the audit log.

use std::path::Path;
use std::time::Duration;

use postern_e2e::{DemoClient, DemoUser, Deployment, Outcome, Shell, Tokens, binaries, hidden_fields};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The longest that the audit log may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// A deployment that was bootstrapped with an operator, twice; and what was printed each time.
async fn start(folder: &Path) -> Outcome<(Deployment, [String; 2])> {
    let printed = ["first", "second"].map(|name| folder.join(name));
    let postern = binaries()?.join("postern");
    let it = Deployment::start_in(folder, |options| {
        let outputs = options.outputs_file.clone().unwrap_or_default();
        let bootstrap = format!("'{}' bootstrap --outputs '{}'", postern.display(), outputs.display());
        for (place, file) in printed.iter().enumerate() {
            let command = format!("{bootstrap} --operator 'Night Shift' > '{}'", file.display());
            options.setup.insert(place, command);
        }
    })
    .await?;
    let [first, second] = printed.map(std::fs::read_to_string);
    Ok((it, [first?, second?]))
}

/// The shell of the operator whom the first bootstrap has made.
async fn operators_shell(folder: &Path) -> Outcome<(Deployment, Shell)> {
    let (it, [printed, _]) = start(folder).await?;
    let shell = with_credentials(Shell::at(&it.demo.issuer)?, &printed);
    Ok((it, shell))
}

/// The shell with the variables that were printed.
fn with_credentials(shell: Shell, printed: &str) -> Shell {
    let variables = printed.lines().filter_map(|line| line.split_once('='));
    let ours = variables.filter(|(name, _)| name.starts_with("POSTERN_"));
    ours.fold(shell, |shell, (name, value)| shell.with(name, value))
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A tenant with a feature and a role; gives its identifier.
async fn make_tenant(shell: &Shell) -> Outcome<String> {
    let tenant = shell.json(&["tenant", "create", "Initech", "--feature", "contact.*"]).await?;
    let id = text(&tenant, "/id");
    let changed = shell.json(&["role", "set", &id, "reader", "contact.read"]).await?;
    assert_eq!(changed.pointer("/roles/reader"), Some(&json!(["contact.read"])));
    Ok(id)
}

#[tokio::test]
async fn the_first_operator_is_made_once_and_credentials_are_needed() {
    let folder = TempDir::new().unwrap();
    let (it, [first, second]) = start(folder.path()).await.unwrap();
    assert_eq!(first.matches("POSTERN_CLIENT_SECRET=").count(), 1, "its secret is shown once");
    assert!(!second.contains("POSTERN_CLIENT_SECRET") && second.contains("nothing was added"), "{second}");
    let nobody = Shell::at(&it.demo.issuer).unwrap();
    let client = &it.demo.clients.web.client_id;
    for shell in [
        nobody.clone(),
        nobody.clone().with("POSTERN_TOKEN", "x"),
        nobody.clone().with("POSTERN_CLIENT_ID", client).with("POSTERN_CLIENT_SECRET", "wrong"),
    ] {
        let ran = shell.run(&["tenant", "list"]).await.unwrap();
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{}", ran.err);
        assert!(ran.err.starts_with("postern: ") && !ran.err.contains("wrong"), "{}", ran.err);
    }
    assert_eq!(nobody.run(&["tenant", "explode"]).await.unwrap().code, Some(2));
    let marked = ["bootstrap", "--outputs", "outputs.json", "--operator", "<b>Night Shift</b>"];
    let marked = nobody.run(&marked).await.unwrap();
    assert!(marked.code == Some(2) && marked.err.contains("without markup"), "{}", marked.err);
    // As `postern tenant list | head` does with a long list.
    let unread = with_credentials(nobody, &first).unread(&["tenant", "list"]).await.unwrap();
    assert_eq!((unread.code, unread.err.as_str()), (Some(0), ""));
}

/// Each shell has its own way to write a command and a flag down.
#[tokio::test]
async fn completions_name_commands_and_their_flags() {
    let nobody = Shell::at("http://localhost:8080").unwrap();
    for (shell, command, flag) in [
        ("bash", "postern,registration-token)", " --require-pkce "),
        ("zsh", "'registration-token:", "--require-pkce=["),
        ("fish", "-a \"registration-token\"", " -l require-pkce "),
    ] {
        let script = nobody.done(&["completions", shell]).await.unwrap();
        assert!(script.contains(command) && script.contains(flag), "{shell}: {script}");
    }
}

/// A reader with an account of their own.
async fn add(shell: &Shell, tenant: &str, email: &str) -> Outcome<DemoUser> {
    let added = shell.done(&["member", "add", tenant, email, "--role", "reader", "--name", "Ada"]).await?;
    let password = added.lines().find_map(|line| line.strip_prefix("First password, shown this once: "));
    let password = password.ok_or("no first password")?.to_owned();
    Ok(DemoUser { email: email.to_owned(), password, tenant: tenant.to_owned(), role: "reader".to_owned() })
}

/// Somebody who belongs nowhere is invited twice: the first invitation is taken back, the second met at sign-in.
#[tokio::test]
async fn an_invitation_is_listed_withdrawn_and_accepted_at_sign_in() {
    let folder = TempDir::new().unwrap();
    let (it, shell) = operators_shell(folder.path()).await.unwrap();
    let before = make_tenant(&shell).await.unwrap();
    let ada = add(&shell, &before, "ada@initech.example").await.unwrap();
    let user = text(&shell.json(&["member", "list", &before]).await.unwrap(), "/data/0/user_id");
    assert_eq!(shell.done(&["member", "remove", &before, &user]).await.unwrap(), "Done.\n");
    // Another one: an invitation of the very second in which somebody was removed is void.
    let tenant = make_tenant(&shell).await.unwrap();
    let invite = ["member", "invite", &tenant, &ada.email, "--role", "reader"];
    let first = text(&shell.json(&invite).await.unwrap(), "/id");
    let listed = shell.done(&["member", "invitations", &tenant]).await.unwrap();
    assert!(listed.starts_with("ID ") && listed.contains(&first) && listed.contains(&ada.email), "{listed}");
    assert_eq!(shell.done(&["member", "withdraw", &tenant, &first]).await.unwrap(), "Done.\n");
    let none = shell.json(&["member", "invitations", &tenant]).await.unwrap();
    assert_eq!(none, json!({ "data": [] }));
    shell.done(&invite).await.unwrap();
    let mut visitor = it.visitor();
    let url = it.web().authorization("openid contact.read").unwrap().url;
    let page = visitor.reach(url.as_str(), &ada, "continue").await.unwrap();
    assert!(page.body.contains("Initech"), "{}", page.body);
    let mut form = hidden_fields(&page.body);
    form.insert("decision".to_owned(), "accept".to_owned());
    let joined = visitor.submit("/oauth2/invitations", &form).await.unwrap();
    let consent = visitor.reach(&joined.header("location"), &ada, "allow").await.unwrap();
    assert!(consent.body.contains("Initech"), "{}", consent.body);
    let members = shell.json(&["member", "list", &tenant]).await.unwrap();
    assert_eq!(text(&members, "/data/0/email"), ada.email);
}

#[tokio::test]
async fn a_tenant_with_a_role_a_member_and_a_service() {
    let folder = TempDir::new().unwrap();
    let (it, shell) = operators_shell(folder.path()).await.unwrap();
    let tenant = make_tenant(&shell).await.unwrap();
    let email = "ada@initech.example";
    let ada = add(&shell, &tenant, email).await.unwrap();
    let tokens = it.web().sign_in(&mut it.visitor(), &ada, "openid contact.read").await.unwrap();
    let me = it.http.get(&format!("{}/me", it.demo.api), Some(&tokens.access)).await.unwrap();
    assert_eq!((me.status, me.text("tenant")), (200, tenant.clone()), "{}", me.body);
    let members = shell.json(&["member", "list", &tenant]).await.unwrap();
    let user = text(&members, "/data/0/user_id");
    assert_eq!(shell.json(&["pat", "list", &tenant, &user]).await.unwrap(), json!({ "data": [] }));
    let again = shell.run(&["member", "add", &tenant, email, "--role", "reader"]).await.unwrap();
    assert!(again.code == Some(1) && again.err.contains("(409 conflict)"), "{}", again.err);
    secrets(&it, &shell, &tenant).await.unwrap();
}

#[tokio::test]
async fn what_is_set_is_cleared_and_a_member_is_paused() {
    let folder = TempDir::new().unwrap();
    let (it, shell) = operators_shell(folder.path()).await.unwrap();
    let tenant = make_tenant(&shell).await.unwrap();
    let web = it.demo.clients.web.client_id.as_str();
    let update = ["client", "update", web, "--network", "127.0.0.0/8", "--limit", "api=600/60"];
    let told = [&update[..], &["--backchannel-logout-uri", "https://app.example/logout"]].concat();
    let changed = shell.json(&told).await.unwrap();
    assert_eq!(changed["limits"]["api"], json!({ "per_minute": 600, "burst": 60 }));
    assert_eq!(changed["backchannel_logout_uri"], "https://app.example/logout");
    let clear = ["--clear", "networks", "--clear", "limits", "--clear", "backchannel-logout-uri"];
    let cleared = shell.json(&[&["client", "update", web][..], &clear].concat()).await.unwrap();
    assert_eq!((&cleared["networks"], &cleared["limits"]), (&json!([]), &json!({})));
    assert!(cleared["backchannel_logout_uri"].is_null(), "{cleared}");
    let both = shell.run(&[&update[..], &["--clear", "networks"]].concat()).await.unwrap();
    assert!(both.code == Some(1) && both.err.contains("networks: set or cleared?"), "{}", both.err);
    for flags in [["--clear", "bound"], ["--any-api", "false"]] {
        let unbounded = shell.run(&[&["client", "update", web][..], &flags].concat()).await.unwrap();
        assert_eq!(unbounded.code, Some(1), "an operator registered it: nothing bounds it");
        assert!(unbounded.err.contains("Only a client that says of itself"), "{}", unbounded.err);
    }
    let unbound = shell.json(&["tenant", "update", &tenant, "--clear", "features"]).await.unwrap();
    assert!(unbound["features"].is_null(), "{unbound}");
    add(&shell, &tenant, "ada@initech.example").await.unwrap();
    let members = shell.json(&["member", "list", &tenant]).await.unwrap();
    let user = text(&members, "/data/0/user_id");
    for (command, active) in [("pause", false), ("restore", true)] {
        let member = shell.json(&["member", command, &tenant, &user]).await.unwrap();
        assert_eq!(member["active"], active, "{member}");
    }
}

#[tokio::test]
async fn a_registration_token_may_let_pkce_be_left_out() {
    let folder = TempDir::new().unwrap();
    let (_it, shell) = operators_shell(folder.path()).await.unwrap();
    let create = ["registration-token", "create", "Suite", "--uses", "2", "--require-pkce", "false"];
    let made = shell.json(&create).await.unwrap();
    assert_eq!((&made["require_pkce"], &made["uses_left"]), (&json!(false), &json!(2)), "{made}");
    let listed = shell.done(&["registration-token", "list"]).await.unwrap();
    assert!(listed.contains(&text(&made, "/id")) && !listed.contains(&text(&made, "/registration_token")));
}

/// A service whose two secrets both work; then one is left.
async fn secrets(it: &Deployment, shell: &Shell, tenant: &str) -> Outcome {
    let create = ["client", "create", "service", "Nightly", "--tenant", tenant, "--scope", "contact.read"];
    let made = shell.json(&create).await?;
    let client = text(&made, "/client_id");
    let second = shell.json(&["client", "secret", "add", &client]).await?;
    for secret in [text(&made, "/client_secret"), text(&second, "/client_secret")] {
        let app =
            DemoClient { client_id: client.clone(), client_secret: Some(secret), redirect_uris: Vec::new() };
        let token = Tokens::of(&it.app(&app).client_credentials("contact.read").await?)?;
        let me = it.http.get(&format!("{}/me", it.demo.api), Some(&token.access)).await?;
        assert_eq!((me.status, me.text("tenant").as_str()), (200, tenant), "{}", me.body);
    }
    let shown = shell.json(&["client", "show", &client]).await?;
    assert!(!shown.to_string().contains(&text(&made, "/client_secret")), "{shown}");
    assert_eq!(shell.done(&["client", "secret", "remove", &client, &text(&second, "/id")]).await?, "Done.\n");
    let shown = shell.json(&["client", "show", &client]).await?;
    assert_eq!(shown.pointer("/secrets").and_then(Value::as_array).map(Vec::len), Some(1), "{shown}");
    Ok(())
}

const DOCUMENT: &str = "openapi: 3.1.0
info: { title: Invoices, version: '1' }
servers: [{ url: https://invoices.example/ }]
x-postern: { audience: https://invoices.example }
paths:
  /invoices:
    get:
      security: [{ oauth: [invoice.read] }]
      responses: { default: { description: Invoices. } }
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows:
        clientCredentials: { tokenUrl: https://as.example/token, scopes: { invoice.read: Read invoices } }
";

#[tokio::test]
async fn r20_a_document_is_loaded_or_refused_with_file_line_and_column() {
    let folder = TempDir::new().unwrap();
    let (_it, shell) = operators_shell(folder.path()).await.unwrap();
    let file = |name: &str, document: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, document).unwrap();
        path.display().to_string()
    };
    let good = file("good.yaml", DOCUMENT);
    shell.done(&["api", "put", &good]).await.unwrap();
    let listed = shell.done(&["api", "list"]).await.unwrap();
    assert!(listed.starts_with("AUDIENCE") && listed.contains("https://invoices.example"), "{listed}");
    let bad = file("bad.yaml", &DOCUMENT.replace("[invoice.read]", "[invoice.raed]"));
    let refused = shell.run(&["api", "put", &bad]).await.unwrap();
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""));
    let problem = refused.err.lines().find(|line| line.contains("invoice.raed")).unwrap();
    assert!(problem.starts_with(&format!("{bad}:8:")), "{problem}");
    let column = problem[bad.len()..].split(':').nth(2).unwrap();
    assert_eq!(column.parse(), Ok(28), "{problem}");
    shell.done(&["api", "remove", "https://invoices.example"]).await.unwrap();
    assert!(!shell.done(&["api", "list"]).await.unwrap().contains("https://invoices.example"));
}

#[tokio::test]
async fn a_person_is_found_changed_suspended_and_removed() {
    let folder = TempDir::new().unwrap();
    let (it, shell) = operators_shell(folder.path()).await.unwrap();
    let owner = &it.demo.users[0];
    let found = shell.json(&["user", "find", &owner.email]).await.unwrap();
    let user = text(&found, "/data/0/user_id");
    let listed = shell.done(&["user", "list"]).await.unwrap();
    assert!(listed.starts_with("USER_ID") && listed.contains(&user), "{listed}");
    let change = ["user", "change", &user, "--name", "Olivia", "--profile", r#"{"locale":"en-GB"}"#];
    let changed = shell.json(&change).await.unwrap();
    assert_eq!(
        (text(&changed, "/name"), text(&changed, "/profile/locale")),
        ("Olivia".into(), "en-GB".into())
    );
    assert_eq!(shell.run(&["user", "change", &user, "--profile", "{"]).await.unwrap().code, Some(2));
    let shown = shell.json(&["user", "show", &user]).await.unwrap();
    assert_eq!(text(&shown, "/memberships/0/tenant"), owner.tenant);
    let tokens = it.web().sign_in(&mut it.visitor(), owner, "openid contact.read").await.unwrap();
    assert_eq!(shell.json(&["user", "suspend", &user]).await.unwrap()["active"], false);
    assert_eq!(it.web().refresh(&tokens.refresh).await.unwrap().verdict(), (400, "invalid_grant".into()));
    assert_eq!(shell.json(&["user", "restore", &user]).await.unwrap()["active"], true);
    assert_eq!(shell.done(&["user", "remove", &user]).await.unwrap(), "Done.\n");
    let gone = shell.run(&["user", "show", &user]).await.unwrap();
    assert!(gone.code == Some(1) && gone.err.contains("(404 not_found)"), "{}", gone.err);
}

#[tokio::test]
async fn a_connection_is_listed_bound_and_ended() {
    let folder = TempDir::new().unwrap();
    let (it, shell) = operators_shell(folder.path()).await.unwrap();
    let (owner, platform) = (&it.demo.users[0], it.app(&it.demo.clients.platform));
    let tenant = owner.tenant.as_str();
    let (code, request) = platform.code(&mut it.visitor(), owner, "contact.read").await.unwrap();
    let answer = platform.redeem(&code, &request.pkce.verifier).await.unwrap();
    let client = platform.client.client_id.as_str();
    let list = async || shell.json(&["connection", "list", tenant]).await.unwrap()["data"][0].clone();
    let listed = list().await;
    assert_eq!(listed["connected_account_id"], answer.json()["connected_account_id"]);
    assert_eq!(listed["client_id"], client);
    let table = shell.done(&["connection", "list", tenant]).await.unwrap();
    let rights = format!("  {}: contact.read  -", text(&listed, "/apis/0/audience"));
    assert!(table.starts_with("CLIENT_ID ") && table.contains("  APIS  "), "{table}");
    assert!(table.contains(&rights), "the API, its scopes and no network: {table}");
    let restrict = ["connection", "restrict", tenant, client];
    assert_eq!(shell.run(&restrict).await.unwrap().code, Some(2), "from where?");
    shell.done(&[&restrict[..], &["--network", "203.0.113.0/24"]].concat()).await.unwrap();
    assert_eq!(list().await["networks"], json!(["203.0.113.0/24"]));
    shell.done(&[&restrict[..], &["--anywhere"]].concat()).await.unwrap();
    assert!(list().await["networks"].is_null());
    let shown = shell.done(&["connection", "activity", tenant, client]).await.unwrap();
    assert!(shown.starts_with("DAY ") && shown.contains("\nAT "), "{shown}");
    let activity = shell.json(&["connection", "activity", tenant, client, "--limit", "1"]).await.unwrap();
    assert_eq!(activity["requests"], json!([]), "{activity}");
    assert_eq!(shell.done(&["connection", "end", tenant, client]).await.unwrap(), "Done.\n");
    assert!(list().await["revoked_at"].is_u64());
    let late = shell.run(&[&restrict[..], &["--anywhere"]].concat()).await.unwrap();
    assert!(late.code == Some(1) && late.err.contains("(409 conflict)"), "{}", late.err);
}

#[tokio::test]
async fn r12_the_audit_log_is_read_in_parts() {
    let folder = TempDir::new().unwrap();
    let (_it, shell) = operators_shell(folder.path()).await.unwrap();
    let tenant = make_tenant(&shell).await.unwrap();
    let whole = ["audit", "--tenant", &tenant];
    let both = async {
        loop {
            let found = shell.json(&whole).await?;
            if found.pointer("/data/1").is_some() {
                return Ok::<Value, postern_e2e::Failure>(found);
            }
        }
    };
    let found = tokio::time::timeout(PATIENCE, both).await.unwrap().unwrap();
    let audit = [&whole[..], &["--limit", "1"]].concat();
    let first = shell.json(&audit).await.unwrap();
    assert_eq!(first["data"].as_array().map(Vec::len), Some(1), "as many as asked for: {first}");
    let cursor = text(&first, "/next_cursor");
    let rest = shell.json(&[&audit[..], &["--cursor", &cursor]].concat()).await.unwrap();
    assert_eq!(json!([first["data"][0], rest["data"][0]]), found["data"]);
    // Of the same second, perhaps: then in either order.
    let mut kinds = [text(&first, "/data/0/kind"), text(&rest, "/data/0/kind")];
    kinds.sort();
    assert_eq!(kinds, ["tenant.changed", "tenant.created"]);
    let by_client = async |client: &str| {
        shell.json(&[&whole[..], &["--client", client]].concat()).await.unwrap()["data"].clone()
    };
    assert_eq!(by_client(&text(&first, "/data/0/client_id")).await, found["data"]);
    assert_eq!(by_client("somebody-else").await, json!([]));
    let shown = shell.done(&audit).await.unwrap();
    assert!(shown.starts_with("AT ") && shown.contains("There is more: --cursor "), "{shown}");
}
