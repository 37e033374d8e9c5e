//! `$ref` within the document (RFC 6901, RFC 3986 section 4.4).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::node::Node;
use crate::problem::{Problems, quoted};

/// How many references may follow each other.
const LONGEST_CHAIN: usize = 8;

/// What `node` stands for: itself, or what its `$ref` leads to. `None`, and a problem, when that is nothing or lies in
/// another document.
pub(crate) fn resolve<'n, 'a>(
    root: &'n Node<'a>,
    node: &'n Node<'a>,
    problems: &mut Problems,
) -> Option<&'n Node<'a>> {
    let mut found = node;
    for _ in 0..LONGEST_CHAIN {
        let Some(reference) = found.get("$ref") else { return Some(found) };
        let text = reference.text().unwrap_or_default();
        if !text.starts_with('#') {
            let reason = "lies in another document: bundle it into this one";
            problems.add(reference.at, format!("{} {reason}", quoted(text)));
            return None;
        }
        let Some(target) = text.strip_prefix('#').and_then(|pointer| walk(root, pointer)) else {
            problems.add(reference.at, format!("{} leads nowhere", quoted(text)));
            return None;
        };
        found = target;
    }
    problems.add(node.at, "references in a circle, or too many one after another");
    None
}

fn walk<'n, 'a>(root: &'n Node<'a>, pointer: &str) -> Option<&'n Node<'a>> {
    let pointer = percent_decode_str(pointer).decode_utf8().ok()?;
    if pointer.is_empty() {
        return Some(root);
    }
    pointer.strip_prefix('/')?.split('/').try_fold(root, |node, token| node.get(&unescaped(token)))
}

fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}
