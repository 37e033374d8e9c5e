//! The ports of the store: what each says it does to the table, and which of them a function names.
//!
//! Two conventions carry this. The docstring of each trait in `shared/core/src/store*` has lines such as
//! `DynamoDB: GetItem, BatchGetItem on CLIENT#, GRANT#`; and each function's `main.rs` has a function `ports` whose
//! return type names the traits: `impl Clients + Grants`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::sources::{Source, is_rust, is_test};

/// One kind of access that a port needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The port's name.
    pub port: String,
    /// Actions of DynamoDB, such as `GetItem`.
    pub actions: BTreeSet<String>,
    /// Prefixes of the partition key, such as `GRANT#`.
    pub partitions: BTreeSet<String>,
}

impl fmt::Display for Access {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
        write!(formatter, "{} on {}", list(&self.actions), list(&self.partitions))
    }
}

/// The accesses of every port in the store's modules, by the trait's name. A port that says nothing has none.
pub fn declared(sources: &[Source]) -> BTreeMap<String, Vec<Access>> {
    let store = sources.iter().filter(|source| {
        source.path.starts_with("shared/core/src/store") && is_rust(source) && !is_test(source)
    });
    store.flat_map(|source| traits(&source.text)).collect()
}

/// The traits of a text, each with the accesses in its docstring.
fn traits(text: &str) -> Vec<(String, Vec<Access>)> {
    let mut found = Vec::new();
    let mut docs = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("///") {
            docs.push_str(doc.trim());
            docs.push('\n');
        } else if let Some(rest) = line.strip_prefix("pub trait ") {
            let name = identifier(rest);
            found.push((name.to_owned(), accesses(name, &docs)));
            docs.clear();
        } else if !line.starts_with("#[") {
            docs.clear();
        }
    }
    found
}

/// The accesses that a docstring declares, one for each line `DynamoDB: <actions> on <partitions>`.
pub fn accesses(port: &str, docs: &str) -> Vec<Access> {
    let list = |text: &str| {
        let clean = text.trim_end_matches('.').replace('`', "");
        clean.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    docs.lines()
        .filter_map(|line| line.trim().strip_prefix("DynamoDB:")?.split_once(" on "))
        .map(|(actions, partitions)| Access {
            port: port.to_owned(),
            actions: list(actions),
            partitions: list(partitions),
        })
        .collect()
}

/// The ports in the return type of `fn ports`, or `None` if the text has no such function.
pub fn named(main: &str) -> Option<Vec<String>> {
    let (_, rest) = main.split_once("fn ports")?;
    let (_, list) = rest.split_once("impl ")?;
    let end = list.find(['{', ',', '>', ';']).unwrap_or(list.len());
    let (list, _) = list.split_at(end);
    let bound = list.split("where").next().unwrap_or_default();
    let names = bound.split('+').map(|name| identifier(name.trim().rsplit("::").next().unwrap_or_default()));
    Some(names.filter(|name| !name.is_empty() && !NOT_PORTS.contains(name)).map(str::to_owned).collect())
}

/// Bounds that say nothing of the table.
const NOT_PORTS: [&str; 5] = ["Clone", "Send", "Sync", "Unpin", "use"];

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    text.split_at(end).0
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: &str = "\
/// Grants, read and changed.
///
/// DynamoDB: GetItem, BatchGetItem on CLIENT#, GRANT#
/// DynamoDB: UpdateItem on `GRANT#`.
pub trait Grants: Send + Sync {
}

/// Not a port's.
fn other() {}

pub trait Silent {}
";

    #[test]
    fn docstrings_declare_accesses() {
        let source = Source { path: "shared/core/src/store/grants.rs".into(), text: STORE.into() };
        let declared = declared(&[source]);
        let lines: Vec<_> = declared.get("Grants").unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["BatchGetItem, GetItem on CLIENT#, GRANT#", "UpdateItem on GRANT#"]);
        assert!(declared.get("Silent").unwrap().is_empty());
    }

    #[test]
    fn a_function_names_its_ports() {
        let named = |text: &str| named(text).unwrap();
        assert_eq!(
            named("fn ports(t: Table) -> impl Clients + store::Grants {\n t }"),
            ["Clients", "Grants"]
        );
        assert_eq!(named("fn ports() -> Result<impl Keys + Send + 'static, Error> {"), ["Keys"]);
        assert_eq!(named("fn ports<'a>(\n t: &'a T,\n) -> impl Keys + use<'a>\nwhere T: X {"), ["Keys"]);
        assert!(super::named("fn main() {}").is_none());
    }
}
