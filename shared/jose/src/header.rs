//! The JOSE header of a compact JWS (RFC 7515 section 4), read strictly.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

/// More members than any token of ours has; bounds the search for repeated names.
const MOST_MEMBERS: usize = 16;

/// The members that decide. Others, among them `jku`, `jwk`, `x5u` and `x5c`, are ignored (RFC 8725 section 3.10).
#[derive(Debug, Default)]
pub(crate) struct Header<'t> {
    pub(crate) alg: Option<Text<'t>>,
    pub(crate) kid: Option<Text<'t>>,
    pub(crate) typ: Option<Text<'t>>,
    /// `crit` is present, whatever it lists.
    pub(crate) critical: bool,
    /// `b64` or `zip` is present, whatever its value.
    pub(crate) transformed: bool,
}

/// A JSON string, borrowed from the input unless it has escapes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text<'t>(Cow<'t, str>);

impl Text<'_> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Header<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object with unique member names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut header = Header::default();
        let mut seen: Vec<Text<'de>> = Vec::with_capacity(4);
        while let Some(name) = members.next_key::<Text<'de>>()? {
            if seen.len() == MOST_MEMBERS {
                return Err(A::Error::custom("too many members"));
            }
            if seen.contains(&name) {
                return Err(A::Error::custom("repeated member"));
            }
            match name.as_str() {
                "alg" => header.alg = Some(members.next_value()?),
                "kid" => header.kid = Some(members.next_value()?),
                "typ" => header.typ = Some(members.next_value()?),
                other => {
                    header.critical |= other == "crit";
                    header.transformed |= matches!(other, "b64" | "zip");
                    members.next_value::<IgnoredAny>()?;
                }
            }
            seen.push(name);
        }
        Ok(header)
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}
