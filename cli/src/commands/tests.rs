//! Every command is an operation of the admin API that its document describes, and every operation has a command.

mod lines;

use std::collections::{BTreeMap, BTreeSet};

use clap::{CommandFactory as _, FromArgMatches as _};
use postern_testkit::Operation;
use serde_json::Value;

use self::lines::{LINES, TRAITS};
use super::Job;
use crate::print::DAY;
use crate::remote::Body;
use crate::{Cli, Command};

/// What describes the items of the audit log.
const AUDIT: &str = include_str!("../../../docs/audit.md");

/// Commands that ask nothing of the admin API.
const LOCAL: [&str; 2] = ["bootstrap", "completions"];

/// Operations without a command. `member list` tells all that there is of a member.
const WITHOUT_COMMAND: [&str; 1] = ["GET /admin/v1/tenants/{tenant}/members/{user}"];

/// Members of bodies that no command gives: what a new client cannot have, its tenant's mode, and the profile of a new
/// account, which `user change` writes.
const NOT_GIVEN: [(&str, &str); 5] = [
    ("POST /admin/v1/clients", "active"),
    ("POST /admin/v1/clients", "any_api"),
    ("POST /admin/v1/clients", "bound"),
    ("POST /admin/v1/clients", "livemode"),
    ("POST /admin/v1/tenants/{tenant}/members", "profile"),
];

/// What a line asks for.
struct Asked {
    /// The command's name.
    command: String,
    /// Method and path.
    operation: String,
    job: Job,
}

impl Asked {
    fn all() -> Vec<Self> {
        LINES.iter().map(|line| Self::by(line)).collect()
    }

    fn by(line: &str) -> Self {
        let line = format!("postern {}", line.replace("[traits]", TRAITS));
        let matches = Cli::command().try_get_matches_from(line.split_whitespace());
        let matches = matches.unwrap_or_else(|error| panic!("{line}: {error}"));
        let (mut names, mut rest) = (Vec::new(), matches.subcommand());
        while let Some((name, inner)) = rest {
            names.push(name);
            rest = inner.subcommand();
        }
        let Command::Remote(command) = Cli::from_arg_matches(&matches).unwrap().command else {
            panic!("{line}: it asks nothing of the admin API");
        };
        let job = command.job().unwrap();
        let path = job.ask.path.split('?').next().unwrap();
        let operation = format!("{} /admin/v1/{path}", job.ask.method);
        Self { command: names.join(" "), operation, job }
    }

    fn query(&self) -> BTreeSet<String> {
        let query = self.job.ask.path.split_once('?').map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect()
    }

    fn members(&self) -> BTreeSet<String> {
        match &self.job.ask.body {
            Body::Json(Value::Object(members)) => members.keys().cloned().collect(),
            Body::Json(_) | Body::Document { .. } | Body::Nothing => BTreeSet::new(),
        }
    }
}

/// The operations of the admin API by method and path.
fn documented() -> BTreeMap<String, Operation> {
    Operation::of_admin().into_iter().map(|operation| (operation.name(), operation)).collect()
}

/// What an event of the audit log has, as the table of its fields tells.
fn fields_of_an_event() -> BTreeSet<String> {
    let table = AUDIT.split("\n## ").find(|section| section.starts_with("What an event holds")).unwrap();
    let fields = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    fields.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// The commands of a tree that have none below them.
fn leaves(tree: &clap::Command, above: &str) -> Vec<String> {
    let mut found = Vec::new();
    for command in tree.get_subcommands() {
        let name = format!("{above}{}", command.get_name());
        if command.has_subcommands() {
            found.extend(leaves(command, &format!("{name} ")));
        } else {
            found.push(name);
        }
    }
    found
}

#[test]
fn every_command_has_a_line_here() {
    let there: BTreeSet<_> = leaves(&Cli::command(), "").into_iter().collect();
    let lines = Asked::all().into_iter().map(|asked| asked.command);
    let known: BTreeSet<_> = lines.chain(LOCAL.map(str::to_owned)).collect();
    assert_eq!(there, known);
}

#[test]
fn every_command_is_a_documented_operation_and_every_operation_has_a_command() {
    let documented: BTreeSet<_> = documented().into_keys().collect();
    let asked: BTreeSet<_> = Asked::all().into_iter().map(|asked| asked.operation).collect();
    let unknown: Vec<_> = asked.difference(&documented).collect();
    assert!(unknown.is_empty(), "not documented: {unknown:?}");
    let without: Vec<_> = documented.difference(&asked).map(String::as_str).collect();
    assert_eq!(without, WITHOUT_COMMAND);
}

#[test]
fn what_a_command_sends_is_documented() {
    let documented = documented();
    for asked in Asked::all() {
        let (command, operation) = (&asked.command, &documented[&asked.operation]);
        let (query, members) = (asked.query(), asked.members());
        assert!(query.iter().all(|it| operation.query.contains(it)), "{command}: {query:?}");
        assert!(members.iter().all(|it| operation.members.contains_key(it)), "{command}: {members:?}");
    }
}

#[test]
fn every_documented_member_can_be_given() {
    let mut given: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for asked in Asked::all() {
        given.entry(asked.operation.clone()).or_default().extend(asked.members());
    }
    for (name, operation) in documented() {
        let given = given.remove(&name).unwrap_or_default();
        let missing = operation.members.keys().filter(|member| !given.contains(*member));
        let missing: Vec<_> =
            missing.filter(|member| !NOT_GIVEN.contains(&(name.as_str(), member.as_str()))).collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
    }
}

#[test]
fn every_column_of_a_list_is_documented() {
    let documented = documented();
    for Asked { command, operation, job } in Asked::all() {
        let items = documented[&operation].items_of("data");
        let items = items.map(|items| items.into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>());
        assert_eq!(items.is_some(), !job.columns.is_empty(), "{command}: columns are a list's");
        // The items of the audit log are described in its own place.
        let items = items.filter(|items| !items.is_empty()).unwrap_or_else(fields_of_an_event);
        let unknown: Vec<_> = job.columns.iter().filter(|column| !items.contains(**column)).collect();
        assert!(unknown.is_empty(), "{command}: {unknown:?}");
    }
    let activity = &documented["GET /admin/v1/tenants/{tenant}/connections/{client}/activity"];
    let days = activity.items_of("requests").unwrap();
    assert!(DAY.iter().all(|column| days.contains_key(*column)), "{days:?}");
}
