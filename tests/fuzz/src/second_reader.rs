//! JSON objects read without the server's types: every member as it stands, doubled ones too.

use serde_json::Value;

/// The members of an object, in order. A value that is nested too deep to be read is null: nobody reads it.
#[derive(Debug)]
pub(crate) struct Object(Vec<(String, Value)>);

impl Object {
    /// Reads an object that was accepted: it has to be one.
    #[track_caller]
    pub(crate) fn read(json: &[u8]) -> Self {
        let text = std::str::from_utf8(json).expect("accepted, and no text").trim();
        let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let inner = inner.expect("accepted, and no object");
        Self(members(inner).into_iter().filter(|member| !member.trim().is_empty()).map(member).collect())
    }

    /// The member of this name, which stands there once at most: else two readers could take it for two things.
    #[track_caller]
    pub(crate) fn only(&self, name: &str) -> Option<&Value> {
        let mut found = self.0.iter().filter(|(key, _)| key == name);
        let first = found.next();
        assert!(found.next().is_none(), "accepted with two of {name}");
        first.map(|(_, value)| value)
    }

    /// The member as text; empty where it is none.
    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> &str {
        self.only(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The member as a number of seconds.
    #[track_caller]
    pub(crate) fn seconds(&self, name: &str) -> Option<u64> {
        self.only(name).map(|value| value.as_u64().unwrap_or_else(|| panic!("accepted with {name}: {value}")))
    }

    /// Nothing in a header asks for what we do not do.
    #[track_caller]
    pub(crate) fn assert_plain_header(&self) {
        for name in ["crit", "b64", "zip"] {
            assert!(self.only(name).is_none(), "accepted with {name}");
        }
        assert_eq!(self.text("alg"), "ES256");
    }
}

/// One member, as it is written.
#[track_caller]
fn member(text: &str) -> (String, Value) {
    let mut words = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let name = words.next().and_then(Result::ok).expect("accepted with a member without a name");
    let rest = text.get(words.byte_offset()..).unwrap_or_default().trim_start();
    let value = rest.strip_prefix(':').expect("accepted with a member without a value");
    (name, serde_json::from_str(value).unwrap_or_default())
}

/// The text between commas that stand neither in a string nor in a list or object.
fn members(text: &str) -> Vec<&str> {
    let (mut found, mut from, mut depth) = (Vec::new(), 0, 0_usize);
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                found.push(text.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(text.get(from..).unwrap_or_default());
    found
}
