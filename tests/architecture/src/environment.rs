//! Which variables of the environment a function reads, and which the template gives it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::sources::Source;
use crate::template::Function;

/// The variables that the template gives one function.
pub fn given(function: Function<'_>) -> BTreeSet<String> {
    let variables = function.properties["Environment"]["Variables"].as_object();
    variables.map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

/// Our own variables among them: what API Gateway's or Lambda's libraries read (`AWS_...`) is theirs.
pub fn ours(names: &BTreeSet<String>) -> BTreeSet<String> {
    names.iter().filter(|name| is_ours(name)).cloned().collect()
}

/// The value of one variable of a function, null if it is not given.
pub fn value<'t>(function: Function<'t>, name: &str) -> &'t Value {
    &function.properties["Environment"]["Variables"][name]
}

/// The variables that each function of a configuration module reads, by the function's name.
pub fn accessors(config: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in config {
        for part in source.text.split("pub fn ").skip(1) {
            let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.entry(name).or_default().extend(literals(part));
        }
    }
    found.retain(|_, variables| !variables.is_empty());
    found
}

/// The variables that a function's sources read: those they name, and those behind the accessors they call.
pub fn read(function: &[Source], accessors: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut variables = BTreeSet::new();
    for source in function {
        variables.extend(literals(&source.text));
        for (name, behind) in accessors {
            let called = ["config::", "config.", "Config::"].map(|door| format!("{door}{name}("));
            if called.iter().any(|call| source.text.contains(call.as_str())) {
                variables.extend(behind.iter().cloned());
            }
        }
    }
    variables
}

fn literals(text: &str) -> BTreeSet<String> {
    text.split('"').skip(1).step_by(2).filter(|name| is_ours(name)).map(str::to_owned).collect()
}

fn is_ours(name: &str) -> bool {
    let shaped = |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    name == "TABLE_NAME" || name.strip_prefix("POSTERN_").is_some_and(shaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Vec<Source> {
        vec![Source { path: "x.rs".into(), text: text.into() }]
    }

    #[test]
    fn variables_are_found_by_name_and_behind_accessors() {
        let config =
            source("pub fn issuer() { get(\"POSTERN_ISSUER\") }\npub fn table() { get(\"TABLE_NAME\") }");
        let accessors = accessors(&config);
        let main = source("let issuer = config::issuer(); let audience = get(\"POSTERN_AUDIENCE\");");
        let expected = ["POSTERN_AUDIENCE", "POSTERN_ISSUER"].map(str::to_owned);
        assert_eq!(read(&main, &accessors), BTreeSet::from(expected));
    }

    #[test]
    fn only_our_own_names_count() {
        let names = ["TABLE_NAME", "AWS_REGION", "POSTERN_", "POSTERN_ISSUER"].map(str::to_owned);
        assert_eq!(ours(&BTreeSet::from(names)).len(), 2);
    }
}
