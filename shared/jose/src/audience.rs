//! The `aud` claim (RFC 7519 section 4.1.3): one string, or an array of strings. For `#[serde(with)]`.

use std::fmt;

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

/// Writes a single audience as a string, as most verifiers expect, and several as an array.
pub(crate) fn serialize<S: Serializer>(audience: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    match audience {
        [single] => single.serialize(serializer),
        several => several.serialize(serializer),
    }
}

/// Reads either form. An empty array is refused: it would be a token for nobody.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    deserializer.deserialize_any(AudienceVisitor)
}

struct AudienceVisitor;

impl<'de> Visitor<'de> for AudienceVisitor {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_str<E: Error>(self, single: &str) -> Result<Self::Value, E> {
        Ok(vec![single.to_owned()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut audience = Vec::with_capacity(1);
        while let Some(item) = items.next_element()? {
            audience.push(item);
        }
        if audience.is_empty() {
            return Err(A::Error::custom("an empty audience"));
        }
        Ok(audience)
    }
}
