//! Paths, as API Gateway can route them.

use crate::problem::Place;

/// Longest path, in bytes.
const LONGEST: usize = 512;

/// A path of the document.
#[derive(Clone, Debug)]
pub(crate) struct Path<'a> {
    pub(crate) text: &'a str,
    /// Where it stands.
    pub(crate) at: Place,
    pub(crate) segments: Vec<Segment<'a>>,
}

/// What stands between two slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Segment<'a> {
    /// This text.
    Literal(&'a str),
    /// Any one segment; what it is called does not matter.
    Placeholder,
}

impl<'a> Path<'a> {
    /// Takes a path whose segments are literal or exactly `{name}`; the reason when API Gateway could not route it, or
    /// would route something else.
    pub(crate) fn parse(text: &'a str, at: Place) -> Result<Self, &'static str> {
        if text.len() > LONGEST {
            return Err("is longer than 512 bytes");
        }
        let rest = text.strip_prefix('/').ok_or("must begin with a slash")?;
        if text.ends_with('/') && !rest.is_empty() {
            return Err("must not end with a slash");
        }
        let mut names = Vec::new();
        let mut segments = Vec::new();
        for segment in rest.split('/') {
            // The empty segment of "/" itself is the only one.
            segments.push(if rest.is_empty() { Segment::Literal("") } else { parse(segment, &mut names)? });
        }
        Ok(Self { text, at, segments })
    }
}

fn parse<'a>(segment: &'a str, names: &mut Vec<&'a str>) -> Result<Segment<'a>, &'static str> {
    match segment {
        "" => return Err("has an empty segment"),
        "." | ".." => return Err("has a dot segment"),
        _ => {}
    }
    if !segment.contains(['{', '}']) {
        return literal(segment);
    }
    let name = segment.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    let name = name.filter(|it| !it.contains(['{', '}']));
    let name = name.ok_or("has a placeholder that is only part of a segment: API Gateway cannot route it")?;
    if name.ends_with('+') {
        return Err("has a greedy placeholder: one rule would stand for paths that nobody documented");
    }
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)) {
        return Err("has a placeholder whose name is not letters, digits, `_`, `-` and `.`");
    }
    if names.contains(&name) {
        return Err("has the same placeholder twice");
    }
    names.push(name);
    Ok(Segment::Placeholder)
}

/// RFC 3986 section 3.3, without percent: what is encoded has more than one spelling.
fn literal(segment: &str) -> Result<Segment<'_>, &'static str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte);
    if segment.bytes().all(fits) {
        Ok(Segment::Literal(segment))
    } else {
        Err("may hold letters, digits and -._~!$&'()*+,;=:@ only: no query, no percent")
    }
}

impl<'a> Segment<'a> {
    /// As it may be shown.
    pub(crate) const fn shown(self) -> &'a str {
        match self {
            Self::Literal(text) => text,
            Self::Placeholder => "{}",
        }
    }
}
