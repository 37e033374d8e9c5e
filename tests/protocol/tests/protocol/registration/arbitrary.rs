//! Whatever anybody sends: no panic, no 5xx, and nothing but JSON.

use postern_core::http::Method;
use postern_testkit::World;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{PATH, Registered};

const NAMES: [&str; 24] = [
    "redirect_uris",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "client_name",
    "client_uri",
    "logo_uri",
    "scope",
    "contacts",
    "jwks",
    "jwks_uri",
    "software_id",
    "application_type",
    "subject_type",
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "default_max_age",
    "require_auth_time",
    "post_logout_redirect_uris",
    "dpop_bound_access_tokens",
    "client_id",
    "client_secret",
    "token_endpoint_auth_signing_alg",
    "software_statement",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "(https|http|com.a|javascript)://?[a-z@:#\\[\\]./%]{0,20}".prop_map(Value::from),
        prop::sample::select(vec![
            "none",
            "private_key_jwt",
            "code",
            "authorization_code",
            "ES256",
            "pairwise"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z]{1,4}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

#[test]
fn d10_no_body_is_answered_by_a_fault() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::start());
    let own = runtime.block_on(Registered::new(&world, json!({})));
    let members = prop::collection::vec((prop::sample::select(NAMES.to_vec()), value()), 0..8);
    let strategy = (members, any::<bool>(), any::<bool>(), any::<u32>());
    proptest!(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() },
    |((members, with_uri, change, address) in strategy)| {
        let mut body: Map<String, Value> =
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if with_uri {
            body.insert("redirect_uris".to_owned(), json!(["https://other.test/cb"]));
        }
        let draft = if change {
            body.insert("client_id".to_owned(), json!(own.app.client_id));
            own.manage(&world, Method::PUT)
        } else {
            world.post(PATH).from(&std::net::Ipv4Addr::from(address).to_string())
        };
        let answer = runtime.block_on(draft.body("application/json", Value::Object(body).to_string()).send());
        prop_assert!((200..500).contains(&answer.status()), "{answer:?}");
        prop_assert!(answer.json().is_object());
    });
}
