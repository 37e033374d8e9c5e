//! Which variables of the environment a function reads, and which the template gives it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::sources::{Source, lines_with};
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

/// A function or a constant of shared code that stands for variables: its name as it is used, and its text.
pub type Accessors = BTreeMap<String, String>;

/// The functions (`name(`, `Type::name(`) and constants (`NAME`) of a crate that read the environment for others.
pub fn accessors(sources: &[Source]) -> Accessors {
    let mut found = Accessors::new();
    for source in sources {
        for (start, keyword) in source.text.match_indices("fn ") {
            let (before, rest) = source.text.split_at(start + keyword.len());
            let part = rest.split("fn ").next().unwrap_or_default();
            let owner = owner(before).map(|name| format!("{name}::")).unwrap_or_default();
            found.entry(format!("{owner}{}(", word(part))).or_default().push_str(part);
        }
        for line in source.text.lines().filter(|line| line.contains(": &str = \"")) {
            if let Some((_, rest)) = line.split_once("const ") {
                found.insert(word(rest), line.to_owned());
            }
        }
    }
    found
}

/// The variables that a function's sources read: those they name, and those behind the accessors they use, however
/// many accessors lie between.
pub fn read(function: &[Source], accessors: &Accessors) -> BTreeSet<String> {
    let mut variables = BTreeSet::new();
    let mut used = BTreeSet::new();
    let mut texts: Vec<&str> = function.iter().map(|source| source.text.as_str()).collect();
    while let Some(text) = texts.pop() {
        variables.extend(literals(text));
        for (name, behind) in accessors {
            if !lines_with(text, &[name]).is_empty() && used.insert(name) {
                texts.push(behind);
            }
        }
    }
    variables
}

/// The type in whose `impl` block a text ends: another type's function of the same name is another function.
fn owner(before: &str) -> Option<String> {
    let (_, block) = before.rsplit_once("\nimpl ")?;
    let head = block.lines().next().unwrap_or_default();
    (!block.contains("\n}")).then(|| word(head.rsplit(" for ").next().unwrap_or_default()))
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
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
        let config = "const ISSUER: &str = \"POSTERN_ISSUER\";\n\
            pub fn settings() { issuer() }\nfn issuer() { get(ISSUER) }\n\
            pub fn table() { get(\"TABLE_NAME\") }";
        let accessors = accessors(&source(config));
        let main = source("let settings = config::settings(); let audience = get(\"POSTERN_AUDIENCE\");");
        let expected = ["POSTERN_AUDIENCE", "POSTERN_ISSUER"].map(str::to_owned);
        assert_eq!(read(&main, &accessors), BTreeSet::from(expected));
    }

    #[test]
    fn a_function_of_another_type_is_another_function() {
        let config = "\nimpl Deployment {\n    pub fn from_vars() { get(\"TABLE_NAME\") }\n}\nfn free() {}";
        let accessors = accessors(&source(config));
        assert!(accessors.contains_key("Deployment::from_vars(") && accessors.contains_key("free("));
        assert!(read(&source("AwsEnvironment::from_vars(var)"), &accessors).is_empty());
        assert_eq!(read(&source("Deployment::from_vars(var)"), &accessors).len(), 1);
    }

    #[test]
    fn only_our_own_names_count() {
        let names = ["TABLE_NAME", "AWS_REGION", "POSTERN_", "POSTERN_ISSUER"].map(str::to_owned);
        assert_eq!(ours(&BTreeSet::from(names)).len(), 2);
    }
}
