//! The document's parts put together.

use std::collections::BTreeMap;

use postern_core::api::{Api, Catalogue, Need, Route, Routes, StepUp};

use crate::node::Node;
use crate::operation::Operations;
use crate::problem::{Place, Problems};
use crate::scheme::Schemes;
use crate::{conflict, extension, operation, version, words};

/// Longest name of an API, in characters.
const LONGEST_NAME: usize = 100;

/// What a document amounts to.
pub(crate) struct Compiled {
    pub(crate) api: Api,
    /// What the operation needs whose method stands at a place.
    pub(crate) needs: BTreeMap<Place, (Need, StepUp)>,
}

/// Compiles a document; `audience` is given where the document's own does not count. [`Problems`] names all that is
/// wrong, or that it is of another version.
pub(crate) fn compile(root: &Node<'_>, audience: Option<&str>) -> Result<Compiled, Problems> {
    version::verify(root)?;
    let mut problems = Problems::default();
    let name = name(root, &mut problems);
    let schemes = Schemes::read(root, &mut problems);
    let extension = extension::read(root, audience, &schemes, &mut problems);
    let operations = operation::read(root, &schemes, &extension.step_up, &mut problems);
    conflict::report(&operations, &mut problems);
    let needs = operations.list.iter().map(|it| (it.at, (it.need.clone(), it.step_up.clone()))).collect();
    let routes = routes(operations);
    let mut entries = schemes.into_entries();
    for (scope, implied) in extension.implies {
        entries.entry(scope).or_default().implies = implied;
    }
    for (scope, rate) in extension.limits {
        entries.entry(scope).or_default().limit = Some(rate);
    }
    let api = Api {
        audience: extension.audience,
        resources: extension.resources,
        name,
        domains: extension.domains,
        catalogue: Catalogue::new(entries),
        routes,
    };
    problems.unless(Compiled { api, needs })
}

/// In order of path and method: what the order in the document was does not matter.
fn routes(operations: Operations<'_>) -> Routes {
    let route = |it: operation::Operation<'_>| Route {
        method: it.method.to_owned(),
        path: it.path.text.to_owned(),
        need: it.need,
        step_up: it.step_up,
    };
    let mut routes: Vec<_> = operations.list.into_iter().map(route).collect();
    routes.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
    routes.into()
}

fn name(root: &Node<'_>, problems: &mut Problems) -> String {
    let title = root.get("info").and_then(|info| info.get("title"));
    let text = title.and_then(Node::text).unwrap_or_default();
    let found = words::line(text, LONGEST_NAME);
    let reason = match found {
        Ok(name) if !name.is_empty() => return name,
        Ok(_) => "is missing: the name that people see".to_owned(),
        Err(reason) => reason,
    };
    problems.add(title.map_or(Place::START, |it| it.at), format!("`info.title` {reason}"));
    String::new()
}
