//! `x-postern.resources`: further URIs by which requests may name the API (RFC 8707 section 2, RFC 9728).

use crate::audience;
use crate::node::Node;
use crate::problem::{Problems, quoted};

/// Most of them.
const MOST: usize = 20;

/// Each is of the form of an audience.
pub(crate) fn read(node: &Node<'_>, problems: &mut Problems) -> Vec<String> {
    let Some(items) = node.list().filter(|items| items.len() <= MOST) else {
        problems.add(node.at, format!("`resources` must be a list of at most {MOST} URIs"));
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in items {
        let text = item.text().unwrap_or_default();
        match audience::parse(text) {
            Ok(uri) if found.contains(&uri) => {}
            Ok(uri) => found.push(uri),
            Err(reason) => problems.add(item.at, format!("the resource {} {reason}", quoted(text))),
        }
    }
    found
}
