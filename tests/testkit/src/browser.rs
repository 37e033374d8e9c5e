//! A browser, as far as our pages need one: cookies, redirects among our own pages, forms.

use std::collections::BTreeMap;

use url::Url;

use crate::answer::Answer;
use crate::ask::Ask;
use crate::draft::Draft;
use crate::html::Form;
use crate::instance::Instance;
use crate::people::{PASSWORD, Person};
use crate::world::ISSUER;

/// More hops than any flow of ours has.
const MAX_HOPS: usize = 5;

/// The cookies of one browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jar(BTreeMap<String, String>);

impl Jar {
    /// The value of a cookie.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Puts a cookie in, as a script on a sibling host might.
    pub fn put(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Keeps what an answer sets.
    pub fn absorb(&mut self, answer: &Answer) {
        for line in answer.all("set-cookie") {
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            if attributes.split("; ").any(|attribute| attribute.trim() == "Max-Age=0") {
                self.0.remove(name);
            } else {
                self.put(name, value);
            }
        }
    }

    fn header(&self) -> String {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }
}

/// A browser at one address.
#[derive(Clone)]
pub struct Browser {
    instance: Instance,
    address: String,
    /// Its cookies.
    pub jar: Jar,
}

impl Browser {
    pub(crate) fn new(instance: Instance) -> Self {
        Self { instance, address: "198.51.100.7".to_owned(), jar: Jar::default() }
    }

    /// The same browser somewhere else.
    #[must_use]
    pub fn at(mut self, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self
    }

    /// Follows a link of the client to the authorization endpoint, and our redirects from there.
    pub async fn open(&mut self, ask: &Ask) -> Answer {
        self.visit(&ask.path()).await
    }

    /// Goes to one of our pages and follows our redirects, to a page of ours or out to the client.
    pub async fn visit(&mut self, path: &str) -> Answer {
        let mut answer = self.send(self.instance.get(path)).await;
        for _ in 0..MAX_HOPS {
            let Some(next) = own_path(&answer) else { return answer };
            answer = self.send(self.instance.get(&next)).await;
        }
        panic!("more than {MAX_HOPS} redirects");
    }

    /// Submits a form of ours, and follows our redirects.
    pub async fn submit(&mut self, form: &Form) -> Answer {
        let draft = self.post(form);
        let answer = self.send(draft).await;
        match own_path(&answer) {
            Some(next) => self.visit(&next).await,
            None => answer,
        }
    }

    /// The request by which a form is submitted, to be changed before [`Browser::send`].
    pub fn post(&self, form: &Form) -> Draft {
        let pairs = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let draft = self.instance.post(&form.action).form(pairs);
        draft.header("origin", ISSUER).header("sec-fetch-site", "same-origin")
    }

    /// Sends one request with this browser's cookies, and keeps those of the answer.
    pub async fn send(&mut self, draft: Draft) -> Answer {
        let draft = draft.from(&self.address);
        let draft = match self.jar.header() {
            cookies if cookies.is_empty() => draft,
            cookies => draft.header("cookie", &cookies),
        };
        let answer = draft.send().await;
        self.jar.absorb(&answer);
        answer
    }

    /// Signs in at a login page.
    pub async fn sign_in(&mut self, page: &Answer, person: &Person) -> Answer {
        self.submit(&login(page, person.email, PASSWORD)).await
    }

    /// Answers a consent page: `allow` or `deny`.
    pub async fn decide(&mut self, page: &Answer, decision: &str) -> Answer {
        self.submit(&form(page).fill("decision", decision)).await
    }

    /// The whole way, past whatever pages come, to the answer that leads back to the client.
    pub async fn authorize(&mut self, ask: &Ask, person: &Person) -> Answer {
        let mut answer = self.open(ask).await;
        if answer.text().contains("id=\"sign-in\"") {
            answer = self.sign_in(&answer, person).await;
        }
        if answer.text().contains("id=\"allow\"") {
            let mut filled = form(&answer).fill("decision", "allow");
            if let Some(first) = filled.choices.first().cloned() {
                filled = filled.fill("tenant", &first);
            }
            answer = self.submit(&filled).await;
        }
        answer
    }
}

/// The form of a page that must have one.
#[track_caller]
pub(crate) fn form(page: &Answer) -> Form {
    Form::read(page.text()).unwrap_or_else(|| panic!("no form: {} {}", page.status(), page.text()))
}

/// A login page's form, filled in.
#[track_caller]
pub(crate) fn login(page: &Answer, email: &str, password: &str) -> Form {
    form(page).fill("email", email).fill("password", password)
}

/// The path of a redirect to a page of ours.
fn own_path(answer: &Answer) -> Option<String> {
    let url = answer.header("location").and_then(|location| Url::parse(location).ok())?;
    if url.origin().ascii_serialization() != ISSUER {
        return None;
    }
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{query}", url.path()))
}
