//! JSON's surrogate pairs, the one thing in which YAML differs from it: `\ud83d\ude00` is `\U0001F600` there.

use std::borrow::Cow;

/// The length of `\ud83d`.
const ESCAPE: usize = 6;

/// The document with its surrogate pairs as YAML wants them, if it is JSON (RFC 8259 section 7). What stands on the same
/// line after a pair moves two columns to the left.
pub(crate) fn paired(document: &str) -> Cow<'_, str> {
    if !document.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with('{')
        || !holds_any(document)
    {
        return Cow::Borrowed(document);
    }
    let mut text = String::with_capacity(document.len());
    let mut rest = document;
    while let Some((before, escape)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
        text.push_str(before);
        if let Some((character, after)) = pair(escape) {
            text.extend(["\\U", &format!("{:08X}", u32::from(character))]);
            rest = after;
        } else {
            // The backslash and what it escapes, which may be a backslash.
            let (escaped, after) = escape.split_at_checked(2).unwrap_or((escape, ""));
            text.push_str(escaped);
            rest = after;
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

fn holds_any(document: &str) -> bool {
    document.contains("\\ud") || document.contains("\\uD")
}

/// The character of the pair with which `text` begins, and what follows.
fn pair(text: &str) -> Option<(char, &str)> {
    let (high, rest) = unit(text)?;
    let (low, rest) = unit(rest)?;
    let character = char::decode_utf16([high, low]).next()?.ok()?;
    (u32::from(character) > 0xFFFF).then_some((character, rest))
}

fn unit(text: &str) -> Option<(u16, &str)> {
    let (escape, rest) = text.split_at_checked(ESCAPE)?;
    let digits = escape.strip_prefix("\\u").filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}
