//! A person with a browser that keeps cookies, reads forms and runs no script.

use std::collections::BTreeMap;

use reqwest::{Method, RequestBuilder};
use url::Url;

use crate::{Answer, DemoUser, Http, Outcome};

/// More pages than any sign-in has.
const MAX_PAGES: usize = 12;

/// A person with a browser of their own.
#[derive(Clone)]
pub struct Visitor {
    http: Http,
    issuer: String,
    /// The browser's cookies for the issuer.
    pub cookies: BTreeMap<String, String>,
}

impl Visitor {
    pub(crate) fn new(http: Http, issuer: &str) -> Self {
        Self { http, issuer: issuer.to_owned(), cookies: BTreeMap::new() }
    }

    /// Opens a page. Redirects are not followed.
    pub async fn open(&mut self, url: &str) -> Outcome<Answer> {
        self.send(self.http.request(Method::GET, url)).await
    }

    /// Posts a form to one of the issuer's paths, as a browser does from the issuer's own page.
    pub async fn submit(&mut self, path: &str, form: &BTreeMap<String, String>) -> Outcome<Answer> {
        let request = self.http.request(Method::POST, &format!("{}{path}", self.issuer));
        self.send(request.header("origin", &self.issuer).header("sec-fetch-site", "same-origin").form(form))
            .await
    }

    /// Sends a request with the browser's cookies, and keeps those that come back.
    pub async fn send(&mut self, request: RequestBuilder) -> Outcome<Answer> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) };
        let answer = Answer::of(request).await?;
        for line in answer.header("set-cookie").lines() {
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').ok_or("a cookie without a name")?;
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }

    /// Goes from an authorization URL through sign-in and consent, allowing everything: the callback's URL.
    pub async fn authorize(&mut self, url: &str, user: &DemoUser) -> Outcome<Url> {
        let mut answer = self.open(url).await?;
        for _ in 0..MAX_PAGES {
            let next = self.next(&answer, user).await?;
            match next {
                Next::Page(page) => answer = page,
                Next::Callback(url) => return Ok(Url::parse(&url)?),
            }
        }
        Err("the pages do not end".into())
    }

    /// Goes on until the page that holds `mark` (an element's id) is shown.
    pub async fn reach(&mut self, url: &str, user: &DemoUser, mark: &str) -> Outcome<Answer> {
        let mut answer = self.open(url).await?;
        for _ in 0..MAX_PAGES {
            if answer.body.contains(&format!("id=\"{mark}\"")) {
                return Ok(answer);
            }
            match self.next(&answer, user).await? {
                Next::Page(page) => answer = page,
                Next::Callback(_) => break,
            }
        }
        Err(format!("there was no page with {mark}").into())
    }

    async fn next(&mut self, answer: &Answer, user: &DemoUser) -> Outcome<Next> {
        let location = answer.header("location");
        if answer.status == 303 && location.starts_with(&format!("{}/", self.issuer)) {
            return Ok(Next::Page(self.open(&location).await?));
        }
        if answer.status == 303 {
            return Ok(Next::Callback(location));
        }
        let mut form = hidden_fields(&answer.body);
        if answer.status == 200 && answer.body.contains("id=\"sign-in\"") {
            form.insert("email".into(), user.email.clone());
            form.insert("password".into(), user.password.clone());
            return Ok(Next::Page(self.submit("/oauth2/login", &form).await?));
        }
        if answer.status == 200 && answer.body.contains("id=\"allow\"") {
            form.insert("decision".into(), "allow".into());
            return Ok(Next::Page(self.submit("/oauth2/consent", &form).await?));
        }
        Err(format!("{}: no way on from here: {}", answer.status, answer.body).into())
    }
}

enum Next {
    Page(Answer),
    Callback(String),
}

/// The hidden fields of a page's form.
pub fn hidden_fields(page: &str) -> BTreeMap<String, String> {
    let inputs = page.split("<input type=\"hidden\" ").skip(1);
    let attribute = |text: &str, name: &str| {
        let value = text.split_once(&format!("{name}=\""))?.1.split_once('"')?.0;
        Some(value.to_owned())
    };
    inputs.filter_map(|text| Some((attribute(text, "name")?, attribute(text, "value")?))).collect()
}
