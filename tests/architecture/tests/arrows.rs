//! Who may import whom: DESIGN's arrows, as a table.

use std::collections::BTreeMap;

use postern_architecture::manifests::{forbidden_arrows, linked, workspace};

/// What may do all that operators do.
const WHOLE: &[&str] = &[
    "postern-aws",
    "postern-core",
    "postern-dynamodb",
    "postern-jose",
    "postern-kms",
    "postern-lambda",
    "postern-openapi",
];

/// What each package may import of ours, in what ships. Packages under `tests/` are free.
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    const HTTP: &[&str] =
        &["postern-aws", "postern-core", "postern-dynamodb", "postern-jose", "postern-lambda"];
    const REACHING: &[&str] = &[
        "postern-aws",
        "postern-core",
        "postern-dynamodb",
        "postern-jose",
        "postern-kms",
        "postern-lambda",
        "postern-outbound",
    ];
    const SIGNING: &[&str] =
        &["postern-aws", "postern-core", "postern-dynamodb", "postern-jose", "postern-kms", "postern-lambda"];
    BTreeMap::from([
        ("postern-jose", [].as_slice()),
        ("postern-aws", &[]),
        ("postern-core", &["postern-jose"]),
        ("postern-dynamodb", &["postern-aws", "postern-core", "postern-jose"]),
        ("postern-kms", &["postern-aws", "postern-jose"]),
        ("postern-lambda", &["postern-core"]),
        ("postern-outbound", &["postern-core", "postern-jose"]),
        ("postern-local", &[]),
        ("postern-openapi", &["postern-core"]),
        ("postern-cli", WHOLE),
        ("authorize", REACHING),
        ("token", REACHING),
        ("refresh", REACHING),
        ("revoke", REACHING),
        ("register", REACHING),
        ("admin", WHOLE),
        ("discovery", HTTP),
        ("userinfo", SIGNING),
        ("audit", &["postern-aws", "postern-core", "postern-dynamodb", "postern-jose"]),
        ("logout", REACHING),
        ("account", SIGNING),
        ("authorizer", &["postern-aws", "postern-core", "postern-dynamodb", "postern-jose"]),
        ("me", &["postern-core", "postern-lambda"]),
    ])
}

#[test]
fn packages_import_only_what_the_table_allows() {
    let faults = forbidden_arrows(&workspace().unwrap(), &allowed());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// An emulator that shared our code would share its mistakes, in its tests too.
#[test]
fn the_laptop_imports_nothing_of_ours_even_in_tests() {
    let workspace = workspace().unwrap();
    let local = workspace.get("postern-local").unwrap();
    let ours: Vec<_> = local.tests.iter().filter(|name| workspace.contains_key(*name)).collect();
    assert!(ours.is_empty(), "{ours:?}");
}

/// Nothing that exists for tests is in what ships.
#[test]
fn the_test_signer_never_ships() {
    for (name, package) in workspace().unwrap() {
        let ships = !package.folder.starts_with("tests/");
        assert!(
            !(ships && package.features.contains("postern-jose/test-signer")),
            "{name} asks for the test signer"
        );
    }
}

#[test]
fn only_the_lambda_crate_names_lambda_http() {
    for (name, package) in workspace().unwrap() {
        let named = package.shipped.contains("lambda_http") || package.tests.contains("lambda_http");
        assert!(name == "postern-lambda" || !named, "{name} names lambda_http");
    }
}

/// The per-request authorizer stays small: no second AWS client, no HTTP framework.
#[test]
fn the_authorizer_links_neither_kms_nor_lambda_http() {
    assert_unlinked("authorizer", &["aws-sdk-kms", "lambda_http", "postern-kms", "postern-lambda"]);
}

#[test]
fn the_sample_api_links_no_aws_client() {
    let linked = linked("me").unwrap();
    let clients: Vec<_> = linked
        .iter()
        .filter(|name| name.starts_with("aws-sdk-") || name.starts_with("aws-smithy-"))
        .collect();
    assert!(clients.is_empty(), "{clients:?}");
    assert_unlinked("me", &["postern-aws", "postern-dynamodb", "postern-kms"]);
}

/// One cryptographic library, one TLS, no default AWS configuration chain (its start-up cost is the reason).
#[test]
fn functions_link_no_second_stack() {
    for (name, package) in workspace().unwrap() {
        if package.folder.starts_with("functions/") {
            assert_unlinked(&name, &["aws-config", "native-tls", "openssl", "postern-local", "ring", "rsa"]);
        }
    }
}

fn assert_unlinked(package: &str, unwanted: &[&str]) {
    let linked = linked(package).unwrap_or_default();
    assert!(linked.contains(package), "{package}: cargo tree said nothing");
    let found: Vec<_> = unwanted.iter().filter(|name| linked.contains(**name)).collect();
    assert!(found.is_empty(), "{package} links {found:?}");
}
