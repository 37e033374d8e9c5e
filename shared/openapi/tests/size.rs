//! Large documents.

use postern_openapi::load;

/// A document of `count` operations in groups of four, a scope for each group.
fn document(count: usize) -> String {
    let need = |group: usize| format!("{{ security: [{{ oauth: [s{group}] }}] }}");
    let paths = (0..count / 4).fold(String::new(), |text, group| {
        let need = need(group);
        text + &format!(
            "  /v1/r{group}: {{ get: {need}, post: {need} }}
"
        ) + &format!(
            "  /v1/r{group}/{{id}}: {{ get: {need}, delete: {need} }}
"
        )
    });
    let scopes = (0..count / 4).fold(String::new(), |text, group| {
        text + &format!(
            "            s{group}: Scope {group}
"
        )
    });
    format!(
        "openapi: 3.1.0
info: {{ title: Large }}
x-postern: {{ audience: \"https://a.example\" }}
paths:
{paths}\
         components:
  securitySchemes:
    oauth:
      type: oauth2
      flows:
        \
         clientCredentials:
          scopes:
{scopes}"
    )
}

#[test]
fn a_thousand_operations_load() {
    let loaded = load(&document(1_000)).unwrap();
    assert_eq!(loaded.operations, 1_000);
    assert_eq!(loaded.api.catalogue.entries().len(), 250);
    let need = loaded.api.routes.need_of_path("DELETE", "/v1/r249/x").unwrap();
    assert_eq!(need.challenge().unwrap().to_string(), "s249");
}

#[test]
fn two_thousand_operations_are_the_most() {
    assert_eq!(load(&document(2_000)).unwrap().operations, 2_000);
    assert!(load(&document(2_004)).is_err());
}
