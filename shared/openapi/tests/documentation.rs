//! What `docs/your-api.md` shows is what is read.

use postern_openapi::load;

const PAGE: &str = include_str!("../../../docs/your-api.md");

#[test]
fn the_document_of_the_guide_loads() {
    let (_, rest) = PAGE.split_once("```yaml\n").unwrap();
    let (document, _) = rest.split_once("```").unwrap();
    let loaded = load(document).unwrap();
    assert_eq!((loaded.operations, loaded.api.audience.as_str()), (2, "https://api.example.com"));
    assert_eq!(loaded.api.domains, ["api.example.com"]);
    assert!(loaded.api.catalogue.implies("contact.all", "contact.delete"));
}
