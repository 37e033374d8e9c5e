//! What a browser reads off our pages: one form, its fields, its choices.

/// The form of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it is posted.
    pub action: String,
    /// What the page put into it, and what was filled in.
    pub fields: Vec<(String, String)>,
    /// The values of its radio buttons.
    pub choices: Vec<String>,
}

impl Form {
    /// The page's form; `None` where it has none.
    pub fn read(page: &str) -> Option<Self> {
        let (_, rest) = page.split_once("<form ")?;
        let (form, _) = rest.split_once("</form>")?;
        let mut read = Self { action: attribute(form, "action")?, ..Self::default() };
        for tag in form.split("<input ").skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
            let (name, value) = (attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default());
            match attribute(tag, "type").as_deref() {
                Some("hidden") => read.fields.push((name, value)),
                Some("radio") => read.choices.push(value),
                _ => {}
            }
        }
        Some(read)
    }

    /// The same form with a field filled in, or replaced.
    #[must_use]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a field; empty where it is absent.
    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| unescape(value))
}

/// The characters that a template escapes.
pub(crate) fn unescape(text: &str) -> String {
    let named = [("&#38;", "&"), ("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'")];
    named.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}
