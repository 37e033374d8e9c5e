//! A document as a tree in which everything knows its place.

use std::borrow::Cow;

use saphyr::Scalar;

use crate::problem::Place;

/// A value and where it begins.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) at: Place,
    pub(crate) value: Value<'a>,
}

/// A value.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    Scalar(Scalar<'a>),
    List(Vec<Node<'a>>),
    Map(Vec<Member<'a>>),
}

/// A member of a map, in the order of the document. No two members of a map have the same key.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    pub(crate) key: Cow<'a, str>,
    /// Where the key stands.
    pub(crate) at: Place,
    pub(crate) value: Node<'a>,
}

impl<'a> Node<'a> {
    /// The text; `None` if the value is another.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(Scalar::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The items; `None` if the value is no list.
    pub(crate) fn list(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members; `None` if the value is no map.
    pub(crate) fn map(&self) -> Option<&[Member<'a>]> {
        match &self.value {
            Value::Map(members) => Some(members),
            _ => None,
        }
    }

    /// The member called `key`; `None` also if the value is no map.
    pub(crate) fn member(&self, key: &str) -> Option<&Member<'a>> {
        self.map()?.iter().find(|member| member.key == key)
    }

    /// The value of the member called `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.member(key).map(|member| &member.value)
    }
}
