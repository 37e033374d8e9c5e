//! Edits of JSON objects as text, so that members can be doubled.

use proptest::prelude::*;
use proptest::sample::Index;

/// What is done to an object.
#[derive(Clone, Debug)]
enum Edit {
    Remove(Index),
    Repeat(Index),
    Replace(Index, String),
    Swap(Index, Index),
    Add(String, String),
}

/// An object as the names and the raw values of its members.
type Members = Vec<(String, String)>;

/// Names that mean something to one reader or another.
const NAMES: [&str; 30] = [
    "alg",
    "kid",
    "typ",
    "crit",
    "b64",
    "zip",
    "jwk",
    "jku",
    "x5c",
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "htm",
    "htu",
    "ath",
    "nonce",
    "jwks",
    "jwks_uri",
    "redirect_uris",
    "scope",
    "grant_types",
    "response_types",
    "token_endpoint_auth_method",
    "sector_identifier_uri",
    "software_statement",
    "profile",
];

/// Values that some member somewhere may have.
const VALUES: [&str; 26] = [
    r#""ES256""#,
    r#""none""#,
    r#""HS256""#,
    r#""RS256""#,
    r#""at+jwt""#,
    r#""dpop+jwt""#,
    r#""JWT""#,
    r#""https://as.test""#,
    r#"["https://as.test"]"#,
    r#"["https://as.test","https://evil.test"]"#,
    r#""https://api.test""#,
    r#""client-1""#,
    "1800000060",
    "1800000400",
    "1799999999",
    r#""POST""#,
    r#""private_key_jwt""#,
    r#""none""#,
    r#""client_secret_basic""#,
    r#"["http://localhost/cb"]"#,
    r#"["https://app.test/cb","javascript:alert(1)"]"#,
    r#"["implicit"]"#,
    r#""https://127.0.0.1/keys""#,
    r#"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}"#,
    r#"{"keys":[{"kty":"oct","k":"AA"}]}"#,
    r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}"#,
];

/// Values that break readers.
const JUNK: [&str; 24] = [
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "1e3",
    "1e999",
    "18446744073709551616",
    "-0",
    "9007199254740993",
    r#""""#,
    r#"" ""#,
    r#""\u0000""#,
    r#""\ud800""#,
    r#""\u202e""#,
    r#""é""#,
    "[]",
    "{}",
    "[[]]",
    "[null]",
    r#"{"a":1,"a":2}"#,
    r#""THE-KID""#,
    "nonsense",
];

fn value() -> impl Strategy<Value = String> {
    let of = |list: &'static [&'static str]| prop::sample::select(list).prop_map(str::to_owned);
    let long = (1..3_usize).prop_map(|thousands| format!("\"{}\"", "x".repeat(thousands * 9_000)));
    let deep = (1..400_usize).prop_map(|depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    let text = "[ -~]{0,40}".prop_map(|text| serde_json::Value::from(text).to_string());
    let number = any::<u64>().prop_map(|number| number.to_string());
    prop_oneof![4 => of(&VALUES), 4 => of(&JUNK), 1 => long, 1 => deep, 2 => text, 1 => number]
}

fn edit() -> impl Strategy<Value = Edit> {
    let name = prop::sample::select(&NAMES[..]).prop_map(str::to_owned);
    prop_oneof![
        any::<Index>().prop_map(Edit::Remove),
        any::<Index>().prop_map(Edit::Repeat),
        (any::<Index>(), value()).prop_map(|(at, value)| Edit::Replace(at, value)),
        (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Edit::Swap(one, other)),
        (name, value()).prop_map(|(name, value)| Edit::Add(name, value)),
    ]
}

fn read(json: &str) -> Members {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap();
    object.into_iter().map(|(name, value)| (name, value.to_string())).collect()
}

fn write(members: &Members) -> String {
    let members = members.iter().map(|(name, value)| format!("\"{name}\":{value}"));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn apply(mut members: Members, edits: &[Edit]) -> Members {
    for edit in edits {
        let count = members.len();
        match edit {
            Edit::Add(name, value) => members.push((name.clone(), value.clone())),
            _ if count == 0 => {}
            Edit::Remove(at) => {
                members.remove(at.index(count));
            }
            Edit::Repeat(at) => members.push(members[at.index(count)].clone()),
            Edit::Replace(at, value) => members[at.index(count)].1.clone_from(value),
            Edit::Swap(one, other) => {
                let (one, other) = (one.index(count), other.index(count));
                let value = members[one].1.clone();
                members[one].1 = std::mem::replace(&mut members[other].1, value);
            }
        }
    }
    members
}

/// One byte changed, or none.
fn spoilt(mut data: Vec<u8>, change: Option<(Index, u8)>) -> Vec<u8> {
    if let Some((at, byte)) = change.filter(|_| !data.is_empty()) {
        let at = at.index(data.len());
        data[at] = byte;
    }
    data
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(edit(), 0..4)
}

fn change() -> impl Strategy<Value = Option<(Index, u8)>> {
    prop::option::weighted(0.2, (any::<Index>(), any::<u8>()))
}

/// Edits of one object.
pub(crate) fn document(good: &[u8]) -> impl Strategy<Value = Vec<u8>> + use<> {
    let members = read(std::str::from_utf8(good).unwrap());
    (edits(), change())
        .prop_map(move |(edits, change)| spoilt(write(&apply(members.clone(), &edits)).into_bytes(), change))
}

/// Edits of two objects, a line each.
pub(crate) fn edited(good: &[u8]) -> impl Strategy<Value = Vec<u8>> + use<> {
    let good = std::str::from_utf8(good).unwrap();
    let (header, claims) = good.split_once('\n').unwrap();
    let (header, claims) = (read(header), read(claims));
    (edits(), edits(), change()).prop_map(move |(of_header, of_claims, change)| {
        let (header, claims) = (apply(header.clone(), &of_header), apply(claims.clone(), &of_claims));
        spoilt(format!("{}\n{}", write(&header), write(&claims)).into_bytes(), change)
    })
}
