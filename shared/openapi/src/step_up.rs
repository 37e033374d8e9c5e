//! `acr_values` and `max_age` of `x-postern`: how a user must have signed in (RFC 9470).

use postern_core::api::StepUp;

use crate::node::Node;
use crate::problem::{Problems, quoted};

/// What the extension may hold at an operation.
pub(crate) const MEMBERS: [&str; 2] = ["acr_values", "max_age"];

/// Most classes of one operation.
const MOST: usize = 10;
/// Longest class, in bytes.
const LONGEST: usize = 200;

/// What an operation asks for: what its own extension says, and the document's where that is silent.
pub(crate) fn of_operation(operation: &Node<'_>, inherited: &StepUp, problems: &mut Problems) -> StepUp {
    let Some(extension) = operation.get("x-postern") else { return inherited.clone() };
    let Some(members) = extension.map() else {
        problems.add(extension.at, "`x-postern` of an operation must be a map");
        return StepUp::default();
    };
    for member in members.iter().filter(|it| !MEMBERS.contains(&it.key.as_ref())) {
        let name = quoted(&member.key);
        problems
            .add(member.at, format!("`x-postern` of an operation has no member {name}: acr_values, max_age"));
    }
    read(extension, inherited, problems)
}

/// What an extension says, and `inherited` where it is silent.
pub(crate) fn read(extension: &Node<'_>, inherited: &StepUp, problems: &mut Problems) -> StepUp {
    StepUp {
        acr_values: match extension.get("acr_values") {
            Some(values) => acr_values(values, problems),
            None => inherited.acr_values.clone(),
        },
        max_age: match extension.get("max_age") {
            Some(age) => max_age(age, problems),
            None => inherited.max_age,
        },
    }
}

fn acr_values(node: &Node<'_>, problems: &mut Problems) -> Vec<String> {
    let Some(items) = node.list().filter(|items| items.len() <= MOST) else {
        problems.add(node.at, format!("`acr_values` must be a list of at most {MOST} classes"));
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in items {
        let text = item.text().unwrap_or_default();
        // It stands between quotes in a challenge, among others that spaces part.
        let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'\'');
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(fits) {
            let reason = "is no class: at most 200 visible ASCII characters without quotes and backslash";
            problems.add(item.at, format!("{} {reason}", quoted(text)));
        } else if !found.iter().any(|it| it == text) {
            found.push(text.to_owned());
        }
    }
    found
}

fn max_age(node: &Node<'_>, problems: &mut Problems) -> Option<u32> {
    let seconds = node.number();
    if seconds.is_none() {
        problems.add(node.at, "`max_age` must be a number of seconds");
    }
    seconds
}
