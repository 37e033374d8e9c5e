//! The fuzzer's targets run what they are named for.

use postern_architecture::targets::Targets;

#[test]
fn the_fuzzer_has_these_targets_and_each_runs_the_entry_of_its_name() {
    let targets = Targets::load().unwrap();
    let names: Vec<_> = targets.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["client_assertion", "dpop", "jwt", "registration"]);
    let faults = targets.faults();
    assert!(faults.is_empty(), "{faults:?}");
}
