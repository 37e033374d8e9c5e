//! Bad input at every operation that Postern's own APIs document: 10 kB wherever a text may stand, names with markup or
//! marks that reorder, forged networks, cursors and limits. Each is refused by name, and nothing changes.

use postern_core::http::Method;
use postern_testkit::{Answer, Operation, World, assert_error};
use serde_json::{Value, json};

use crate::admin::{Admin, json_of};

/// Operations whose body is a document of the caller's, bounded as a whole.
const DOCUMENTS: [&str; 1] = ["PUT /admin/v1/apis"];

const BAD_NAMES: [&str; 11] = [
    "",
    " \n ",
    "<script>alert(1)</script>",
    "a>b",
    "a\u{7}",
    "a\nb",
    "a\u{202e}b",
    "\u{2066}a",
    "a\u{200b}b",
    "a\u{2028}b",
    "\u{feff}",
];

const BAD_NETWORKS: [&str; 11] = [
    "",
    " ",
    "198.51.100.7/24",
    "198.51.100.0/33",
    "198.51.100.0/-1",
    "198.51.100.0/24, ::/0",
    "198.51.100",
    "::/129",
    "2001:db8::/32/1",
    "localhost",
    "198.51.100.0/24\u{0}",
];

/// Longer than anything may be, in the forms that texts have here.
fn long() -> [Value; 4] {
    let long = "x".repeat(10_240);
    [
        json!(long),
        json!(format!("https://long.test/{long}")),
        json!(format!("{long}@long.test")),
        json!(format!("{long}.*")),
    ]
}

/// An API with somebody who may call every operation, and something behind every placeholder.
struct Tried<'w> {
    world: &'w World,
    token: String,
    operations: Vec<Operation>,
}

impl<'w> Tried<'w> {
    /// Both, by an operator and by a member.
    async fn both(world: &'w World) -> [Self; 2] {
        world.connect(&world.apps.platform, &world.people.olivia).await;
        let admin = Admin::operator(world).await;
        let invited = json!({ "email": world.people.olivia.email, "role": "reader" });
        json_of(&admin.post(&format!("tenants/{}/members", world.tenants.globex), invited).await, 202);
        let token = admin.token;
        let admin = Self { world, token, operations: Operation::of_admin() };
        let token = world.account_token(&world.people.olivia).await;
        [admin, Self { world, token, operations: Operation::of_account() }]
    }

    /// A path of the operation at which there is something.
    fn path(&self, operation: &Operation) -> String {
        let (world, is_connection) = (self.world, operation.path.contains("/connections/"));
        let client = if is_connection { &world.apps.platform } else { &world.apps.web };
        // The invitation is to where Olivia is no member yet.
        let is_invitation = operation.path.starts_with("/account/v1/invitations/");
        let tenant = if is_invitation { &world.tenants.globex } else { &world.tenants.acme };
        let path = operation.path.replace("{tenant}", tenant.as_str());
        let client = client.client_id.as_str();
        let path = path.replace("{client}", client).replace("{client_id}", client).replace("{role}", "clerk");
        path.replace("{user}", world.people.robin.user_id.as_str())
    }

    async fn send(&self, operation: &Operation, path: &str, body: &Value) -> Answer {
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        let draft = self.world.request(method, path).bearer(&self.token);
        let draft = if body.is_null() { draft } else { draft.json(body) };
        draft.send().await
    }

    /// Sends the operation's good body with one member instead of, or beside, its own: what is wrong with the answer, if
    /// it is not refused by the member's name.
    async fn fault(
        &self,
        operation: &Operation,
        good: &Value,
        (member, value): (&str, Value),
    ) -> Option<String> {
        let mut body = good.clone();
        body[member] = value;
        let answer = self.send(operation, &self.path(operation), &body).await;
        let refused = (answer.status(), answer.member("field").as_str()) == (400, member);
        (!refused).then(|| {
            let text = answer.text().chars().take(200).collect::<String>();
            format!(
                "{} {member}, {} bytes: {} {text}",
                operation.name(),
                body.to_string().len(),
                answer.status()
            )
        })
    }

    fn with_bodies(&self) -> impl Iterator<Item = &Operation> {
        let documented = |it: &&Operation| !DOCUMENTS.contains(&it.name().as_str());
        self.operations.iter().filter(documented).filter(|it| !it.members.is_empty())
    }
}

/// Bodies that are taken: as documented, and such as bring in members that need others.
fn good_bodies(operation: &Operation) -> Vec<Value> {
    let mut bodies = vec![operation.example.clone()];
    if operation.members.contains_key("password") {
        let mut whole = operation.example.clone();
        whole["active"] = json!(true);
        whole["name"] = json!("Ada");
        whole["password"] = json!("correct horse battery staple");
        bodies.push(whole);
    }
    bodies
}

/// Values of a member that have a bad text in each place where its schema has one.
fn with_text(schema: &Value, bad: &Value) -> Vec<Value> {
    let of = |name: &str| {
        schema["type"] == name || schema["type"].as_array().is_some_and(|it| it.contains(&json!(name)))
    };
    let any_of = schema["oneOf"].as_array().into_iter().flatten();
    let mut values: Vec<Value> = any_of.flat_map(|it| with_text(it, bad)).collect();
    if of("string") {
        values.push(bad.clone());
    } else if of("array") {
        values.extend(with_text(&schema["items"], bad).into_iter().map(|item| json!([item])));
    } else if let Some(members) = schema["properties"].as_object() {
        for (name, schema) in members {
            values.extend(with_text(schema, bad).into_iter().map(|value| json!({ name: value })));
        }
    } else if of("object") {
        let example = schema["examples"][0].as_object().cloned().unwrap_or_default();
        let texts = example.into_iter().filter(|(_, value)| value.is_string());
        values.extend(texts.map(|(name, _)| json!({ name: bad })));
        values.push(json!({ "keys": bad }));
        values.push(json!({ "x": bad }));
    }
    values
}

#[tokio::test]
async fn ten_kilobytes_are_refused_wherever_a_text_may_stand() {
    let world = World::start().await;
    let (mut places, mut faults) = (0, Vec::new());
    for api in Tried::both(&world).await {
        for operation in api.with_bodies() {
            for good in good_bodies(operation) {
                let before = world.dump().await;
                for (member, schema) in &operation.members {
                    for value in long().iter().flat_map(|long| with_text(schema, long)) {
                        faults.extend(api.fault(operation, &good, (member, value)).await);
                        places += 1;
                    }
                }
                assert_eq!(world.dump().await, before, "{}: {faults:#?}", operation.name());
            }
        }
    }
    assert!(places >= 250 && faults.is_empty(), "{places}: {faults:#?}");
}

/// Else the refusals above could be of something else.
#[tokio::test]
async fn every_documented_example_is_taken() {
    let world = World::start().await;
    for api in Tried::both(&world).await {
        for operation in api.with_bodies() {
            for good in good_bodies(operation) {
                let answer = api.send(operation, &api.path(operation), &good).await;
                assert!(
                    (200..300).contains(&answer.status()),
                    "{} {good}: {}",
                    operation.name(),
                    answer.text()
                );
            }
        }
    }
}

#[tokio::test]
async fn names_have_neither_markup_nor_marks_that_reorder_or_hide() {
    let world = World::start().await;
    let mut places = 0;
    for api in Tried::both(&world).await {
        for operation in api.with_bodies() {
            let good = good_bodies(operation).pop().unwrap();
            let before = world.dump().await;
            for member in ["name", "label"].into_iter().filter(|it| operation.members.contains_key(*it)) {
                places += 1;
                for name in BAD_NAMES {
                    assert_eq!(api.fault(operation, &good, (member, json!(name))).await, None);
                }
            }
            assert_eq!(world.dump().await, before, "{}", operation.name());
        }
    }
    assert_eq!(places, 8, "tenants and clients twice, members, users, registration tokens, tokens");
}

#[tokio::test]
async fn networks_are_addresses_and_prefixes_and_nothing_else() {
    let world = World::start().await;
    let mut places = 0;
    for api in Tried::both(&world).await {
        for operation in api.with_bodies().filter(|it| it.members.contains_key("networks")) {
            let before = world.dump().await;
            places += 1;
            for network in BAD_NETWORKS {
                let list = json!(["198.51.100.0/24", network]);
                assert_eq!(api.fault(operation, &operation.example, ("networks", list)).await, None);
            }
            let many: Vec<_> = (0..101).map(|it| format!("198.51.100.{it}")).collect();
            let many = ("networks", json!(many));
            assert_eq!(api.fault(operation, &operation.example, many).await, None);
            assert_eq!(world.dump().await, before, "{}", operation.name());
        }
    }
    assert_eq!(places, 5, "clients twice, connections twice, tokens");
}

#[tokio::test]
async fn db13_no_list_takes_a_forged_cursor_or_anothers() {
    let world = World::start().await;
    let [api, account] = Tried::both(&world).await;
    let admin = Admin::operator(&world).await;
    let genuine = json_of(&admin.get("registration-tokens?limit=1").await, 200);
    assert!(genuine.get("next_cursor").is_none());
    let genuine =
        json_of(&admin.get("tenants?limit=1").await, 200)["next_cursor"].as_str().unwrap().to_owned();
    let cut = &genuine[..genuine.len() - 1];
    let long = "x".repeat(10_240);
    let forged = ["x", ".", "%00", "dGVuX2E.", &long, cut, &format!("{genuine}x"), &genuine];
    let operations = [&api, &account].map(|api| api.operations.iter().map(move |it| (api, it)));
    let lists: Vec<_> = operations
        .into_iter()
        .flatten()
        .filter(|(_, it)| it.query.iter().any(|name| name == "cursor"))
        .collect();
    for (api, operation) in &lists {
        for cursor in forged {
            // It is that list's own.
            if operation.path == "/admin/v1/tenants" && cursor == genuine {
                continue;
            }
            let answer =
                api.send(operation, &format!("{}?cursor={cursor}", api.path(operation)), &Value::Null).await;
            assert_error(&answer, 400, "invalid_request");
            assert_eq!(answer.member("field"), "cursor", "{} {cursor:.80}", operation.name());
        }
        for limit in ["0", "101", "-1", "1.5", "x", &long] {
            let answer =
                api.send(operation, &format!("{}?limit={limit}", api.path(operation)), &Value::Null).await;
            assert_error(&answer, 400, "invalid_request");
            assert_eq!(answer.member("field"), "limit", "{} {limit:.80}", operation.name());
        }
    }
    assert_eq!(lists.len(), 9);
}

/// What is no identifier names nothing; and no parameter of a query is taken at any length.
#[tokio::test]
async fn long_and_strange_identifiers_name_nothing() {
    let world = World::start().await;
    let before_all = Tried::both(&world).await;
    let before = world.dump().await;
    for api in before_all {
        for operation in &api.operations {
            let placeholders: Vec<_> = operation.path.split('/').filter(|it| it.starts_with('{')).collect();
            for (placeholder, strange) in
                placeholders.iter().flat_map(|it| STRANGE.map(|strange| (it, strange)))
            {
                let path = api.path(&Operation {
                    path: operation.path.replace(placeholder, &strange.repeat(300 / strange.len())),
                    ..operation.clone()
                });
                let answer = api.send(operation, &path, &operation.example).await;
                assert!(
                    [400, 404].contains(&answer.status()),
                    "{path}: {} {}",
                    answer.status(),
                    answer.text()
                );
            }
            for name in &operation.query {
                let query = format!("{}?{name}={}", api.path(operation), "x".repeat(10_240));
                let answer = api.send(operation, &query, &Value::Null).await;
                assert!([400, 404].contains(&answer.status()), "{name}: {}", answer.text());
            }
        }
    }
    assert_eq!(world.dump().await, before);
}

const STRANGE: [&str; 5] = ["x", "%3Cb%3E", "%E2%80%AE", "%00", "ten_"];
