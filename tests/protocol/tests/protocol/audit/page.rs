//! `docs/audit.md` has every kind of event.

use postern_core::audit::Kind;

const PAGE: &str = include_str!("../../../../../docs/audit.md");

#[test]
fn every_kind_is_explained() {
    for kind in Kind::ALL {
        assert!(PAGE.contains(&format!("\n| `{}` |", kind.as_str())), "{}", kind.as_str());
    }
}
