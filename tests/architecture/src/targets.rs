//! The targets of the fuzzer: a workspace of their own, which nobody builds who does not fuzz.

use std::collections::BTreeSet;
use std::fs;

use crate::{Result, root};

/// What there is of targets and of entries.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    /// The manifest of the targets.
    pub manifest: String,
    /// The files of the targets: name without ending, and text.
    pub files: Vec<(String, String)>,
    /// The root of the package with the entries.
    pub entries: String,
}

impl Targets {
    /// Reads them. Fails if one cannot be read.
    pub fn load() -> Result<Self> {
        let read = |path: &str| fs::read_to_string(root().join(path));
        let mut files = Vec::new();
        for file in fs::read_dir(root().join("fuzz/fuzz_targets"))? {
            let path = file?.path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            files.push((name, fs::read_to_string(&path)?));
        }
        files.sort();
        Ok(Self { manifest: read("fuzz/Cargo.toml")?, files, entries: read("tests/fuzz/src/lib.rs")? })
    }

    /// Whatever keeps a target from running the entry of its own name, and each entry that has no target.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let entries = entries(&self.entries);
        let files: BTreeSet<&str> = self.files.iter().map(|(name, _)| name.as_str()).collect();
        for entry in entries.difference(&files) {
            faults.push(format!("no target for the entry {entry}"));
        }
        for (name, text) in &self.files {
            if !entries.contains(name.as_str()) {
                faults.push(format!("no entry for the target {name}"));
            }
            if calls(text) != [format!("{name}(data)")] {
                faults.push(format!("{name} does not call the entry of its name"));
            }
        }
        let expected: Vec<_> = files.iter().map(|name| (*name, format!("fuzz_targets/{name}.rs"))).collect();
        let mut declared = binaries(&self.manifest);
        declared.sort_unstable();
        if !declared.iter().copied().eq(expected.iter().map(|(name, path)| (*name, path.as_str()))) {
            faults.push(format!("the manifest has {declared:?}"));
        }
        faults
    }
}

/// The functions that a root passes on from modules of the same name.
fn entries(root: &str) -> BTreeSet<&str> {
    let passed_on = root.lines().filter_map(|line| line.strip_prefix("pub use ")?.strip_suffix(';'));
    let named = passed_on.filter_map(|path| path.split_once("::"));
    named.filter(|(module, name)| module == name).map(|(_, name)| name).collect()
}

/// What a target calls of the entries, line by line.
fn calls(target: &str) -> Vec<String> {
    let lines = target.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let called = lines.filter_map(|line| line.split_once("postern_fuzz::"));
    called.map(|(_, call)| call.trim_end_matches(';').to_owned()).collect()
}

/// Name and path of each binary of a manifest.
fn binaries(manifest: &str) -> Vec<(&str, &str)> {
    let parts = manifest.split("[[bin]]").skip(1);
    parts.map(|part| (value(part, "name"), value(part, "path"))).collect()
}

/// What a part of a manifest says under a key; empty where it says nothing.
fn value<'a>(part: &'a str, key: &str) -> &'a str {
    let mut pairs = part.lines().filter_map(|line| line.split_once(" = "));
    pairs.find(|(name, _)| *name == key).map_or("", |(_, value)| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Targets {
        Targets {
            manifest: "[package]\nname = \"x\"\n\n[[bin]]\nname = \"jwt\"\npath = \"fuzz_targets/jwt.rs\"\n"
                .into(),
            files: vec![("jwt".into(), "fuzz_target!(|data| {\n    postern_fuzz::jwt(data);\n});\n".into())],
            entries: "mod jwt;\npub use jwt::jwt;\n".into(),
        }
    }

    #[test]
    fn what_does_not_fit_is_found() {
        assert!(good().faults().is_empty(), "{:?}", good().faults());
        let edit = |change: fn(&mut Targets)| {
            let mut targets = good();
            change(&mut targets);
            targets.faults().len()
        };
        assert_eq!(edit(|it| it.entries = it.entries.replace("jwt::jwt", "jwt::token")), 1, "renamed");
        assert_eq!(edit(|it| it.entries.push_str("pub use dpop::dpop;\n")), 1, "an entry more");
        assert_eq!(edit(|it| it.files[0].1 = it.files[0].1.replace("::jwt", "::dpop")), 1, "another's");
        assert_eq!(edit(|it| it.files[0].1 = it.files[0].1.replace("postern", "// postern")), 1, "none");
        assert_eq!(edit(|it| it.manifest = it.manifest.replace("targets/jwt", "targets/dpop")), 1, "a path");
        assert_eq!(edit(|it| it.manifest.truncate(20)), 1, "no binary");
    }
}
