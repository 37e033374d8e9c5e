//! `docs/errors.md` has every refusal, and says what the product says (R14).

use postern_core::access::Refusal;

const PAGE: &str = include_str!("../../../../docs/errors.md");

/// The text under the heading of a refusal, as one line.
fn section(name: &str) -> String {
    let (_, rest) = PAGE.split_once(&format!("### `{name}`\n")).unwrap_or_else(|| panic!("no {name}"));
    let text = rest.split("\n#").next().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn r14_every_refusal_has_cause_and_solution() {
    for refusal in Refusal::ALL {
        let section = section(refusal.name());
        assert!(section.starts_with(&format!("Status {}", refusal.status().as_u16())), "{section}");
        assert!(section.contains("**Cause:**") && section.contains(refusal.fix()), "{section}");
    }
    assert_eq!(PAGE.matches("\n### `").count(), Refusal::ALL.len());
}
