//! The ports of the store: what each says it does to the table, and which of them a function names.
//!
//! Two conventions carry this. The docstring of each trait in `shared/core/src/store*` has lines such as
//! `DynamoDB: BatchGetItem on CLIENT#, GRANT#; UpdateItem on GRANT#`; and each function's `main.rs` has a function
//! `ports` whose return type names traits: `impl LoadClients + RevokeStore`. A trait of `core` that only gathers
//! others (`trait RevokeStore: LoadGrants + RevokeGrants {}`) needs what they need.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::sources::{Source, is_test, rust_below};

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

/// One trait of `core`.
#[derive(Clone, Debug, Default)]
pub struct Port {
    /// The accesses that its docstring declares.
    pub accesses: Vec<Access>,
    /// The traits that it gathers.
    pub gathers: Vec<String>,
    /// Whether it stands in the store's modules.
    pub of_store: bool,
}

/// The public traits of `core`, by name.
pub type Ports = BTreeMap<String, Port>;

/// Reads the public traits of `core`.
pub fn declared(sources: &[Source]) -> Ports {
    let core = rust_below(sources, "shared/core/src").into_iter().filter(|source| !is_test(source));
    core.flat_map(|source| traits(&source)).collect()
}

/// All that a port needs: its own accesses and those of the traits that it gathers. Fails on an unknown name.
pub fn needs(ports: &Ports, name: &str) -> Result<Vec<Access>, String> {
    let port = ports.get(name).ok_or_else(|| format!("no trait {name} in core"))?;
    let mut needed = port.accesses.clone();
    for gathered in &port.gathers {
        needed.extend(needs(ports, gathered)?);
    }
    Ok(needed)
}

/// The ports in the return type of `fn ports`, or `None` if the text has no such function.
pub fn named(main: &str) -> Option<Vec<String>> {
    let (_, rest) = main.split_once("fn ports")?;
    let (_, list) = rest.split_once("impl ")?;
    let end = list.find(['{', ',', '>', ';']).unwrap_or(list.len());
    Some(bounds(list.split_at(end).0))
}

/// The accesses that a docstring declares, in lines `DynamoDB: <actions> on <partitions>; ...`.
pub fn accesses(port: &str, docs: &str) -> Vec<Access> {
    let lines = docs.lines().filter_map(|line| line.trim().strip_prefix("DynamoDB:"));
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|one| one.split_once(" on "))
        .map(|(actions, partitions)| Access {
            port: port.to_owned(),
            actions: list(actions),
            partitions: list(partitions),
        })
        .collect()
}

fn list(text: &str) -> BTreeSet<String> {
    let clean = text.trim().trim_end_matches('.').replace('`', "");
    clean.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn traits(source: &Source) -> Vec<(String, Port)> {
    let mut found = Vec::new();
    let mut docs = String::new();
    for (start, line) in lines(&source.text) {
        if let Some(doc) = line.trim().strip_prefix("///") {
            docs.push_str(doc.trim());
            docs.push('\n');
        } else if let Some(rest) = line.strip_prefix("pub trait ") {
            let name = identifier(rest);
            let head = source.text.get(start..).and_then(|text| text.split('{').next()).unwrap_or_default();
            let gathers = head.split_once(':').map(|(_, list)| bounds(list)).unwrap_or_default();
            let of_store = source.path.starts_with("shared/core/src/store");
            found.push((name.to_owned(), Port { accesses: accesses(name, &docs), gathers, of_store }));
            docs.clear();
        } else if !line.starts_with("#[") {
            docs.clear();
        }
    }
    found
}

/// Each line with the place where it starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |start, line| {
        let here = *start;
        *start += line.len();
        Some((here, line))
    })
}

/// The traits of a list such as `A + store::B + Send`, without those that say nothing of the table.
fn bounds(list: &str) -> Vec<String> {
    const NOT_PORTS: [&str; 7] = ["Clone", "Copy", "Send", "Sized", "Sync", "Unpin", "use"];
    let list = list.split("where").next().unwrap_or_default();
    let names = list.split('+').map(|name| identifier(name.trim().rsplit("::").next().unwrap_or_default()));
    names.filter(|name| !name.is_empty() && !NOT_PORTS.contains(name)).map(str::to_owned).collect()
}

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
/// DynamoDB: UpdateItem on `GRANT#`; Query on USER#.
pub trait Grants: Send + Sync {
    /// DynamoDB: Scan on METHOD#
    fn read(&self);
}

/// Not a port's.
fn other() {}

pub trait Silent {}

/// Both.
pub trait Both:
    Grants
    + super::Silent
{
}
";

    fn ports() -> Ports {
        declared(&[Source { path: "shared/core/src/store/grants.rs".into(), text: STORE.into() }])
    }

    #[test]
    fn docstrings_declare_accesses() {
        let lines =
            |name: &str| needs(&ports(), name).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
        let grants = ["BatchGetItem, GetItem on CLIENT#, GRANT#", "UpdateItem on GRANT#", "Query on USER#"];
        assert_eq!(lines("Grants"), grants);
        assert!(lines("Silent").is_empty());
    }

    #[test]
    fn a_gathering_trait_needs_what_its_parts_need() {
        let ports = ports();
        assert_eq!(ports.get("Both").unwrap().gathers, ["Grants", "Silent"]);
        assert_eq!(needs(&ports, "Both"), needs(&ports, "Grants"));
        assert!(needs(&ports, "Nobody").is_err());
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
