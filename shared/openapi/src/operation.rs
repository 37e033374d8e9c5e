//! `paths`: the operations and what each needs.

use postern_core::api::{Need, StepUp};

use crate::node::{Member, Node};
use crate::path::Path;
use crate::pointer;
use crate::problem::{Place, Problems, quoted};
use crate::scheme::Schemes;
use crate::{security, step_up};

/// Most operations of an API, and most paths.
const MOST: usize = 2_000;
/// Most members of a path, methods or not.
const MOST_MEMBERS: usize = 64;
/// What else may stand beside the methods.
const BESIDE: [&str; 5] = ["$ref", "summary", "description", "servers", "parameters"];

/// One operation.
pub(crate) struct Operation<'a> {
    /// The method, in upper case.
    pub(crate) method: &'static str,
    pub(crate) path: Path<'a>,
    /// Where the method stands, perhaps in a path item that several paths share.
    pub(crate) at: Place,
    pub(crate) need: Need,
    pub(crate) step_up: StepUp,
}

/// The paths and the operations of a document.
#[derive(Default)]
pub(crate) struct Operations<'a> {
    pub(crate) paths: Vec<Path<'a>>,
    pub(crate) list: Vec<Operation<'a>>,
}

/// The document's own requirement, for operations without one.
enum Inherited {
    Nothing,
    /// It has its problem already.
    Broken,
    Need(Need),
}

/// What all paths are read with.
struct Reader<'s, 'n, 'a> {
    root: &'n Node<'a>,
    schemes: &'n Schemes<'n>,
    inherited: Inherited,
    step_up: &'s StepUp,
    operations: usize,
}

/// Reads the operations.
pub(crate) fn read<'n>(
    root: &'n Node<'_>,
    schemes: &'n Schemes<'n>,
    step_up: &StepUp,
    problems: &mut Problems,
) -> Operations<'n> {
    let inherited = match root.get("security") {
        Some(security) => {
            security::need(security, schemes, problems).map_or(Inherited::Broken, Inherited::Need)
        }
        None => Inherited::Nothing,
    };
    let mut reader = Reader { root, schemes, inherited, step_up, operations: 0 };
    let mut found = Operations::default();
    let Some(members) = root.get("paths").and_then(Node::map).filter(|members| !members.is_empty()) else {
        problems.add(root.member("paths").map_or(Place::START, |it| it.at), "`paths` is missing or empty");
        return found;
    };
    for member in members.iter().filter(|it| !it.key.starts_with("x-")) {
        if found.paths.len() >= MOST || reader.operations > MOST {
            problems.add(member.at, format!("more than {MOST} paths or operations"));
            break;
        }
        match Path::parse(&member.key, member.at) {
            Ok(path) => reader.item(member, &path, &mut found, problems),
            Err(reason) => problems.add(member.at, format!("the path {} {reason}", quoted(&member.key))),
        }
    }
    found
}

impl<'n> Reader<'_, 'n, '_> {
    fn item(
        &mut self,
        member: &'n Member<'_>,
        path: &Path<'n>,
        found: &mut Operations<'n>,
        problems: &mut Problems,
    ) {
        found.paths.push(path.clone());
        let Some(item) = pointer::resolve(self.root, &member.value, problems) else { return };
        let Some(members) = item.map().filter(|members| members.len() <= MOST_MEMBERS) else {
            let reason = format!("a path must hold a map of operations, with at most {MOST_MEMBERS} members");
            return problems.add(item.at, reason);
        };
        for operation in members {
            if let Some((method, need)) = self.operation(operation, problems) {
                let step_up = step_up::of_operation(&operation.value, self.step_up, problems);
                found.list.push(Operation { method, path: path.clone(), at: operation.at, need, step_up });
            }
        }
    }

    /// Method and need of a member of a path; `None` if it is no operation, or a broken one.
    fn operation(&mut self, member: &Member<'_>, problems: &mut Problems) -> Option<(&'static str, Need)> {
        let key = member.key.as_ref();
        let Some(method) = method(key) else {
            if key == "trace" {
                problems.add(member.at, "API Gateway does not route TRACE");
            } else if !BESIDE.contains(&key) && !key.starts_with("x-") {
                let methods = "get, put, post, delete, options, head, patch";
                problems.add(member.at, format!("{} is no method: {methods}", quoted(key)));
            }
            return None;
        };
        self.operations += 1;
        if self.operations > MOST {
            return None;
        }
        if member.value.map().is_none() {
            problems.add(member.value.at, "an operation must be a map");
            return None;
        }
        Some((method, self.need(member, problems)?))
    }

    fn need(&self, member: &Member<'_>, problems: &mut Problems) -> Option<Need> {
        match (member.value.get("security"), &self.inherited) {
            (Some(own), _) => security::need(own, self.schemes, problems),
            (None, Inherited::Need(need)) => Some(need.clone()),
            (None, Inherited::Broken) => None,
            (None, Inherited::Nothing) => {
                let reason = "no `security`: a route without a rule is denied; say `security: []` to let any token pass";
                problems.add(member.at, reason);
                None
            }
        }
    }
}

fn method(key: &str) -> Option<&'static str> {
    Some(match key {
        "get" => "GET",
        "put" => "PUT",
        "post" => "POST",
        "delete" => "DELETE",
        "options" => "OPTIONS",
        "head" => "HEAD",
        "patch" => "PATCH",
        _ => return None,
    })
}
