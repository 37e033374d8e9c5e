//! Words of the document that people see on consent pages.

/// The words in one line, with single spaces; the reason when there are more than `most` characters, or control
/// characters, or marks that reverse the order in which letters are shown: those could make a page say another thing.
pub(crate) fn line(text: &str, most: usize) -> Result<String, String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > most {
        return Err(format!("longer than {most} characters, on a page that people shall read"));
    }
    match line.chars().find(|it| it.is_control() || reorders(*it)) {
        Some(unseen) => Err(format!("has the unseen character U+{:04X}", u32::from(unseen))),
        None => Ok(line),
    }
}

/// Unicode's explicit directional marks (UAX #9 section 2).
const fn reorders(character: char) -> bool {
    matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
