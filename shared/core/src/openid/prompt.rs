//! The parameter `prompt` (OpenID Connect Core section 3.1.2.1).

use serde::{Deserialize, Serialize};

/// Which pages a client insists on, or that none be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the parameter is a set of four words")]
pub struct Prompt {
    /// No page may be shown.
    pub none: bool,
    /// The user signs in, whatever session there is.
    pub login: bool,
    /// The user is asked, whatever they have allowed.
    pub consent: bool,
    /// The user may choose another account.
    pub select_account: bool,
}

impl Prompt {
    /// The words that are understood.
    pub const WORDS: [&'static str; 4] = ["none", "login", "consent", "select_account"];

    /// Reads words separated by single spaces; `None` where one is unknown, or `none` stands beside another.
    pub fn parse(text: &str) -> Option<Self> {
        let mut prompt = Self::default();
        for word in text.split(' ') {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => return None,
            }
        }
        let pages = prompt.login || prompt.consent || prompt.select_account;
        (!prompt.none || !pages).then_some(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_stands_alone_and_words_are_known() {
        for text in ["none login", "consent none", "", "Login", "login  consent", "create"] {
            assert_eq!(Prompt::parse(text), None, "{text}");
        }
        let both = Prompt { login: true, consent: true, ..Prompt::default() };
        assert_eq!(Prompt::parse("consent login"), Some(both));
        assert!(Prompt::WORDS.iter().all(|word| Prompt::parse(word).is_some()));
    }
}
