//! From text to a tree, by the events of the YAML parser; JSON is YAML.
//!
//! The library's own loader would expand aliases and nest without a bound: here both are refused.

use std::borrow::Cow;
use std::ops::ControlFlow;

use saphyr::{Scalar, ScalarStyle, Tag};
use saphyr_parser::{Event, Parser, Span};

use crate::node::{Member, Members, Node, Value};
use crate::problem::{Place, Problems, quoted};

/// Longest document, in bytes.
const LONGEST: usize = 4 << 20;
/// How deep maps and lists may nest.
const DEEPEST: usize = 128;

/// Reads one YAML or JSON document. [`Problems`] when it is too long or too deep, is none, is several, repeats a key, or
/// has anchors, aliases or tags of its own.
pub(crate) fn parse(document: &str) -> Result<Node<'_>, Problems> {
    if document.len() > LONGEST {
        return Err(Problems::only(Place::START, "the document is longer than 4 MiB"));
    }
    let mut parser = Parser::new_from_str(document.strip_prefix('\u{feff}').unwrap_or(document));
    let mut tree = Tree::default();
    while let Some(event) = parser.next_event() {
        let flow = match event {
            Ok((event, span)) => tree.take(event, span),
            Err(fault) => tree.stop(place(*fault.marker()), fault.info()),
        };
        if flow.is_break() {
            break;
        }
    }
    match tree.root {
        Some(root) => tree.problems.unless(root),
        None if tree.problems.is_empty() => Err(Problems::only(Place::START, "the document is empty")),
        None => Err(tree.problems),
    }
}

/// The tree while it grows.
#[derive(Default)]
struct Tree<'a> {
    open: Vec<Open<'a>>,
    root: Option<Node<'a>>,
    problems: Problems,
}

/// A list or map whose end has not come yet.
enum Open<'a> {
    List(Place, Vec<Node<'a>>),
    Map(Place, OpenMap<'a>),
}

#[derive(Default)]
struct OpenMap<'a> {
    members: Members<'a>,
    key: Option<(Cow<'a, str>, Place)>,
}

impl<'a> Tree<'a> {
    fn take(&mut self, event: Event<'a>, span: Span) -> ControlFlow<()> {
        let at = place(span.start);
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                self.stop(at, "a second document begins here: one file holds one")
            }
            Event::Alias(_) => {
                self.problems.add(at, "an alias: write out what it stands for");
                self.scalar(at, "".into(), Some(Scalar::Null))
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.check(at, anchor, tag.as_deref());
                let value = value(&text, style, tag.as_ref());
                self.scalar(at, text, value)
            }
            Event::SequenceStart(anchor, tag) => {
                self.check(at, anchor, tag.as_deref());
                self.begin(at, Open::List(at, Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.check(at, anchor, tag.as_deref());
                self.begin(at, Open::Map(at, OpenMap::default()))
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            _ => ControlFlow::Continue(()),
        }
    }

    fn check(&mut self, at: Place, anchor: usize, tag: Option<&Tag>) {
        if anchor != 0 {
            self.problems.add(at, "an anchor: write the value out wherever it is needed");
        }
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
            self.problems.add(at, format!("the tag {} means nothing here", quoted(&tag.to_string())));
        }
    }

    fn begin(&mut self, at: Place, node: Open<'a>) -> ControlFlow<()> {
        if self.open.len() >= DEEPEST {
            return self.stop(at, format!("nested deeper than {DEEPEST} levels"));
        }
        if matches!(self.open.last(), Some(Open::Map(_, OpenMap { key: None, .. }))) {
            return self.stop(at, "a key must be text");
        }
        self.open.push(node);
        ControlFlow::Continue(())
    }

    fn end(&mut self) -> ControlFlow<()> {
        match self.open.pop() {
            Some(Open::List(at, items)) => self.put(Node { at, value: Value::List(items) }),
            Some(Open::Map(at, map)) => self.put(Node { at, value: Value::Map(map.members) }),
            None => ControlFlow::Break(()),
        }
    }

    /// A scalar is a key where one is due, by its text as written: `200` and `"200"` are the same key.
    fn scalar(&mut self, at: Place, text: Cow<'a, str>, value: Option<Scalar<'a>>) -> ControlFlow<()> {
        if let Some(Open::Map(_, map @ OpenMap { key: None, .. })) = self.open.last_mut() {
            if let Some(first) = map.members.get(&text) {
                let line = first.at.line;
                self.problems.add(at, format!("the key {} again: it stands on line {line}", quoted(&text)));
            }
            map.key = Some((text, at));
            return ControlFlow::Continue(());
        }
        if value.is_none() {
            self.problems.add(at, "the value is not what its tag says");
        }
        self.put(Node { at, value: Value::Scalar(value.unwrap_or(Scalar::Null)) })
    }

    fn put(&mut self, node: Node<'a>) -> ControlFlow<()> {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, map)) => {
                if let Some((key, at)) = map.key.take() {
                    map.members.push(Member { key, at, value: node });
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn stop(&mut self, at: Place, reason: impl Into<String>) -> ControlFlow<()> {
        self.problems.add(at, reason);
        ControlFlow::Break(())
    }
}

fn value<'a>(text: &Cow<'a, str>, style: ScalarStyle, tag: Option<&Cow<'a, Tag>>) -> Option<Scalar<'a>> {
    Scalar::parse_from_cow_and_metadata(text.clone(), style, tag)
}

/// The parser counts lines from 1 and columns from 0.
fn place(marker: saphyr::Marker) -> Place {
    Place { line: marker.line(), column: marker.col() + 1 }
}
