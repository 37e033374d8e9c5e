//! Scopes: declared, described, required.

use postern_openapi::load;

use crate::{GOOD, problems, refused, spoilt};

#[test]
fn declared() {
    for scope in ["openid", "profile", "email", "address", "phone", "offline_access"] {
        let expected = format!("25:13: \"{scope}\" belongs to OpenID Connect, not to an API");
        refused(
            "            all: Everything",
            &format!("            {scope}: X\n            all: Y"),
            &expected,
        );
    }
    let grammar = "25:13: \"a b\" is no scope: visible ASCII without quotes and backslash";
    refused("            all: Everything", "            a b: X\n            all: Y", grammar);
}

#[test]
fn described() {
    let long = format!("all: {}", "x".repeat(501));
    let reason =
        "25:18: the description of \"all\": longer than 500 characters, on a page that people shall read";
    refused("all: Everything", &long, reason);
    let unseen = |code: &str| format!("25:18: the description of \"all\": has the unseen character {code}");
    refused("all: Everything", "all: \"a\\u202Eb\"", &unseen("U+202E"));
    refused("all: Everything", "all: \"a\\u2066b\"", &unseen("U+2066"));
    refused("all: Everything", "all: \"a\\0b\"", &unseen("U+0000"));
    let other = "            all: Everything\n        implicit: { scopes: { all: Nothing } }";
    let reason = "26:31: \"all\" is described otherwise on line 25";
    refused("            all: Everything", other, reason);
}

#[test]
fn too_many() {
    let many = (0..999).fold(String::new(), |text, n| text + &format!("            s{n}: S\n"));
    refused(
        "            all: Everything\n",
        &format!("            all: All\n{many}"),
        "1024:13: more than 1000 scopes",
    );
}

#[test]
fn required() {
    let lost = "12:28: no OAuth security scheme declares the scope \"reed\"";
    refused("{ oauth: [read] }", "{ oauth: [reed] }", lost);
    refused("{ oauth: [read] }", "{ auth: [read] }", "12:20: no security scheme is called \"auth\"");
    refused("{ oauth: [read] }", "oauth", "12:18: an alternative must be a map of at most 8 schemes");
    refused("{ oauth: [read] }", "{ oauth: read }", "12:27: a scheme needs a list of at most 100 scopes");
    let mapped = "12:17: `security` must be a list of at most 16 alternatives";
    refused("[{ oauth: [read] }]", "{ oauth: [read] }", mapped);
    refused("[{ oauth: [read] }]", &format!("[{}]", "{},".repeat(17)), mapped);
    let nobody =
        "15:17: no alternative can be met by a token: keys, passwords and certificates are not Postern's";
    refused("[{ key: [] }, { oauth: [all] }]", "[{ key: [] }]", nobody);
    refused("[{ key: [] }, { oauth: [all] }]", "[{ key: [], oauth: [all] }]", nobody);
    let none =
        "11:5: no `security`: a route without a rule is denied; say `security: []` to let any token pass";
    refused("    get:\n      security: [{ oauth: [read] }]", "    get: {}", none);
}

#[test]
fn a_broken_requirement_of_the_document_is_reported_once() {
    let found = spoilt(
        "    get:\n      security: [{ oauth: [read] }]\n",
        "    get: {}\n    put: {}\nsecurity: [{ o: [] }]\npaths2:\n",
    );
    assert!(found.contains("13:14: no security scheme is called \"o\""), "{found}");
    assert_eq!(found.matches("is called").count(), 1, "{found}");
}

#[test]
fn schemes_of_other_kinds_whose_credential_is_a_token() {
    for kind in
        ["type: openIdConnect, openIdConnectUrl: x", "type: http, scheme: Bearer", "$ref: \"#/x-scheme\""]
    {
        let document = GOOD
            .replace("key: { type: apiKey, in: header, name: X-Key }", &format!("key: {{ {kind} }}"))
            + "x-scheme: { type: http, scheme: DPoP }\n";
        let document = document.replace("{ key: [] }, { oauth: [all] }", "{ key: [all] }");
        let routes = load(&document).unwrap().api.routes;
        let need = routes.need("GET", "/b/{id}").unwrap();
        assert_eq!(need.challenge().unwrap().to_string(), "all", "{kind}");
        let unknown = problems(&document.replace("{ key: [all] }", "{ key: [any] }"));
        assert_eq!(unknown, "15:26: no OAuth security scheme declares the scope \"any\"");
    }
}

#[test]
fn more_scopes_than_a_request_can_name() {
    let names: Vec<_> = (0..99).map(|n| format!("{n}{}", "x".repeat(10))).collect();
    let declared = names.iter().fold(String::new(), |text, it| text + &format!("            {it}: S\n"));
    let document = GOOD.replace("[read] }", &format!("[{}] }}", names.join(", "))) + &declared;
    assert_eq!(problems(&document), "12:18: the scopes of one alternative are longer than 1,024 bytes");
}
