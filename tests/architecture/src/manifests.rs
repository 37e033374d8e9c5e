//! The packages of the workspace and who names whom.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::{Result, root};

/// One package and the packages that its manifest names.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// Its folder, relative to the workspace, such as `functions/token`.
    pub folder: String,
    /// What ships: normal and build dependencies.
    pub shipped: BTreeSet<String>,
    /// What only its tests use.
    pub tests: BTreeSet<String>,
    /// Features that it asks for, as `package/feature`, outside tests.
    pub features: BTreeSet<String>,
}

/// The packages of the workspace, by name.
pub type Workspace = BTreeMap<String, Package>;

/// What `cargo metadata` says of the workspace, without resolving its dependencies. Fails if cargo does.
pub fn metadata() -> Result<Metadata> {
    Ok(MetadataCommand::new().current_dir(root()).no_deps().exec()?)
}

/// The packages of the workspace. Fails if cargo does.
pub fn workspace() -> Result<Workspace> {
    let metadata = metadata()?;
    let base = metadata.workspace_root.as_std_path();
    let mut workspace = Workspace::new();
    for package in &metadata.packages {
        let folder = package.manifest_path.parent().ok_or("a manifest without a folder")?.as_std_path();
        let mut entry =
            Package { folder: folder.strip_prefix(base)?.display().to_string(), ..Package::default() };
        for dependency in &package.dependencies {
            if dependency.kind == DependencyKind::Development {
                entry.tests.insert(dependency.name.clone());
            } else {
                entry
                    .features
                    .extend(dependency.features.iter().map(|name| format!("{}/{name}", dependency.name)));
                entry.shipped.insert(dependency.name.clone());
            }
        }
        workspace.insert(package.name.to_string(), entry);
    }
    Ok(workspace)
}

/// Every package that is linked into one of ours when it is built by itself for Lambda (Linux on arm64), with its
/// own features only. Fails if cargo does.
pub fn linked(package: &str) -> Result<BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--package", package, "--edges", "normal", "--target", "aarch64-unknown-linux-gnu"])
        .args(["--prefix", "none", "--format", "{p}"])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

/// Dependencies of `workspace` that `allowed` does not list for their package, one line each. Only packages of the
/// workspace count; a package without a row is a fault too, unless it stands under `tests/`.
pub fn forbidden_arrows(workspace: &Workspace, allowed: &BTreeMap<&str, &[&str]>) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, package) in workspace {
        let Some(row) = allowed.get(name.as_str()) else {
            if !package.folder.starts_with("tests/") {
                faults.push(format!("{name}: no row in the table of arrows"));
            }
            continue;
        };
        for target in package.shipped.iter().filter(|target| workspace.contains_key(*target)) {
            if !row.contains(&target.as_str()) {
                faults.push(format!("{name} -> {target}"));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(folder: &str, shipped: &[&str]) -> Package {
        let shipped = shipped.iter().map(ToString::to_string).collect();
        Package { folder: folder.into(), shipped, ..Package::default() }
    }

    #[test]
    fn an_arrow_outside_the_table_is_found() {
        let workspace = Workspace::from([
            ("jose".into(), package("shared/jose", &["core", "serde"])),
            ("core".into(), package("shared/core", &["jose"])),
            ("stray".into(), package("shared/stray", &[])),
            ("probe".into(), package("tests/probe", &["core"])),
        ]);
        let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([("jose", [].as_slice()), ("core", &["jose"])]);
        assert_eq!(
            forbidden_arrows(&workspace, &allowed),
            ["jose -> core", "stray: no row in the table of arrows"]
        );
    }
}
