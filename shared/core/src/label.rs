//! Names that people give to things, as lists, pages and logs show them.

/// Most characters of a name.
pub const LONGEST_LABEL: usize = 100;

/// The name without surrounding white space; `None` where nothing is left, where there are more than
/// [`LONGEST_LABEL`] characters, control characters or line ends, or marks that reverse the order in which letters are
/// shown, or cannot be seen at all: those could make a page say another thing.
pub fn parse_label(text: &str) -> Option<String> {
    let name = text.trim();
    let fits = |it: char| !it.is_control() && !breaks(it) && !reorders(it) && !hides(it);
    let sound = !name.is_empty() && name.chars().count() <= LONGEST_LABEL && name.chars().all(fits);
    sound.then(|| name.to_owned())
}

/// As [`parse_label`], without markup either: of those who name things here, and not in another system.
pub fn parse_plain_label(text: &str) -> Option<String> {
    parse_label(text).filter(|name| !name.contains(['<', '>']))
}

/// Unicode's own line and paragraph separators.
const fn breaks(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

/// Unicode's explicit directional marks (UAX #9 section 2).
const fn reorders(character: char) -> bool {
    matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What cannot be seen and belongs to no script: two names that differ in it alone look the same. Joiners of scripts stay.
const fn hides(character: char) -> bool {
    matches!(
        character,
        '\u{00ad}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_of_any_script() {
        assert_eq!(parse_label("  Nightly export \n").as_deref(), Some("Nightly export"));
        for name in ["<b>bold</b>", "数据导出", "ייצוא", &"é".repeat(100)] {
            assert_eq!(parse_label(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_could_deceive_is_no_name() {
        for name in [
            "",
            " \t",
            "a\nb",
            "a\0",
            "a\u{7f}",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{202e}b",
            "\u{2066}a",
            "Ac\u{200b}me",
            "Ac\u{ad}me",
            "\u{feff}Acme",
            "Acme\u{e0041}",
            &"x".repeat(101),
        ] {
            assert_eq!(parse_label(name), None, "{name:?}");
        }
    }
}
