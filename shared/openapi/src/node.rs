//! A document as a tree in which everything knows its place.

use std::borrow::Cow;
use std::collections::HashMap;

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
    Map(Members<'a>),
}

/// The members of a map, in the order of the document, and where in it each key is.
#[derive(Debug, Default)]
pub(crate) struct Members<'a> {
    list: Vec<Member<'a>>,
    by_key: HashMap<Cow<'a, str>, usize>,
}

/// A member of a map.
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

    /// The number; `None` if the value is none, or none that fits.
    pub(crate) fn number(&self) -> Option<u32> {
        match &self.value {
            Value::Scalar(Scalar::Integer(number)) => (*number).try_into().ok(),
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
            Value::Map(members) => Some(&members.list),
            _ => None,
        }
    }

    /// The member called `key`; `None` also if the value is no map.
    pub(crate) fn member(&self, key: &str) -> Option<&Member<'a>> {
        match &self.value {
            Value::Map(members) => members.get(key),
            _ => None,
        }
    }

    /// The value of the member called `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.member(key).map(|member| &member.value)
    }
}

impl<'a> Members<'a> {
    /// The member called `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Member<'a>> {
        self.by_key.get(key).and_then(|index| self.list.get(*index))
    }

    /// Adds a member; of several with the same key the first is the one that counts.
    pub(crate) fn push(&mut self, member: Member<'a>) {
        self.by_key.entry(member.key.clone()).or_insert(self.list.len());
        self.list.push(member);
    }

    /// The members in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Member<'a>> {
        self.list.iter()
    }
}
