//! Members of client metadata, each of one type (RFC 7591 section 2).

use serde_json::{Map, Value};
use url::Url;

use super::refusal::MetadataError;
use crate::label::parse_label;

/// Longest text and URL, in bytes.
const LONGEST: usize = 2048;
/// Most items of a list.
pub(super) const MOST: usize = 20;

/// The members that were not taken yet. Null says nothing, as if the member were absent (RFC 7591 section 2).
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) const fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    pub(super) fn any(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, name: &'static str) -> Result<Option<String>, MetadataError> {
        self.text_of(name, LONGEST)
    }

    /// A text of at most `longest` bytes.
    pub(super) fn text_of(
        &mut self,
        name: &'static str,
        longest: usize,
    ) -> Result<Option<String>, MetadataError> {
        match self.any(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= longest => Ok(Some(text)),
            Some(_) => Err(MetadataError::Member(name, "it must be a text, and not too long.")),
        }
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Result<bool, MetadataError> {
        let Some(value) = self.any(name) else { return Ok(false) };
        value.as_bool().ok_or(MetadataError::Member(name, "it must be true or false."))
    }

    /// Seconds: no more than 2^53, which every JSON reader keeps exactly.
    pub(super) fn seconds(&mut self, name: &'static str) -> Result<Option<u64>, MetadataError> {
        let Some(value) = self.any(name) else { return Ok(None) };
        let seconds = value.as_u64().filter(|seconds| *seconds <= 1 << 53);
        seconds
            .map(Some)
            .ok_or(MetadataError::Member(name, "it must be a whole number of seconds, 0 or more."))
    }

    pub(super) fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, MetadataError> {
        let wrong = || MetadataError::Member(name, "it must be a list of at most 20 texts.");
        let items = match self.any(name) {
            None => return Ok(None),
            Some(Value::Array(items)) if items.len() <= MOST => items,
            Some(_) => return Err(wrong()),
        };
        let text = |item| match item {
            Value::String(text) if text.len() <= LONGEST => Ok(text),
            _ => Err(wrong()),
        };
        items.into_iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    /// A text that people read: nothing that could deceive them (A17).
    pub(super) fn label(&mut self, name: &'static str) -> Result<Option<String>, MetadataError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let wrong = "it must have 1 to 100 characters, without control characters and marks of direction.";
        parse_label(&text).map(Some).ok_or(MetadataError::Member(name, wrong))
    }

    /// An `https` URL. Pages are kept to be given back, and never fetched (D05).
    pub(super) fn url(&mut self, name: &'static str) -> Result<Option<String>, MetadataError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let sound = text.starts_with("https://") && is_plain_url(&text);
        if sound { Ok(Some(text)) } else { Err(MetadataError::Member(name, "it must be an https URL.")) }
    }
}

/// Whether a text is a URL in visible ASCII with a host, and without user name, password and fragment.
fn is_plain_url(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !br#"\"<>'#"#.contains(&byte));
    let sound = |url: Url| url.has_host() && url.username().is_empty() && url.password().is_none();
    plain && Url::parse(text).is_ok_and(sound)
}
