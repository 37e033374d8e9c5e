//! The rest of the web: what clients publish, by URL. There is no network in a world.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use postern_core::http::StatusCode;
use postern_core::outbound::{Accepted, Fetch, FetchError, Fetched, Fetching};

/// What is published, and who asked for it. Whatever is not published cannot be reached.
#[derive(Default)]
pub struct Web {
    published: Mutex<BTreeMap<String, Fetched>>,
    asked: Mutex<Vec<String>>,
    posted: Mutex<Vec<(String, String)>>,
    scripts: Mutex<BTreeMap<String, VecDeque<Result<StatusCode, FetchError>>>>,
}

impl Web {
    /// Publishes a document.
    pub fn publish(&self, url: &str, body: &(impl ToString + ?Sized)) {
        self.publish_for(url, body, None);
    }

    /// Publishes a document that may be kept for so many seconds.
    pub fn publish_for(&self, url: &str, body: &(impl ToString + ?Sized), max_age: Option<u64>) {
        let document = Fetched { body: body.to_string().into_bytes(), max_age };
        lock(&self.published).insert(url.to_owned(), document);
    }

    /// Takes a document, or a receiver, off the web.
    pub fn unpublish(&self, url: &str) {
        lock(&self.published).remove(url);
    }

    /// How often a URL was asked for.
    pub fn visits(&self, url: &str) -> usize {
        lock(&self.asked).iter().filter(|asked| *asked == url).count()
    }

    /// The forms that were posted: URL and body, in order.
    pub fn posted(&self) -> Vec<(String, String)> {
        lock(&self.posted).clone()
    }

    /// What the next forms that are posted to a URL are answered, one after the other; after that it is as published.
    pub fn answer_posts(&self, url: &str, answers: impl IntoIterator<Item = Result<StatusCode, FetchError>>) {
        lock(&self.scripts).entry(url.to_owned()).or_default().extend(answers);
    }

    fn find(&self, url: &str) -> Result<Fetched, FetchError> {
        lock(&self.asked).push(url.to_owned());
        let found = lock(&self.published).get(url).cloned();
        found.ok_or_else(|| FetchError::Failed("not published".to_owned()))
    }
}

impl Fetch for Web {
    fn get<'a>(&'a self, url: &'a str, accepted: Accepted) -> Fetching<'a, Fetched> {
        let found = self.find(url).and_then(|document| {
            let fits = document.body.len() <= accepted.max_bytes;
            if fits { Ok(document) } else { Err(FetchError::Failed("too long".to_owned())) }
        });
        Box::pin(std::future::ready(found))
    }

    /// Received wherever a document is published, and where an answer is prepared.
    fn post_form<'a>(&'a self, url: &'a str, form: String) -> Fetching<'a, StatusCode> {
        let prepared = lock(&self.scripts).get_mut(url).and_then(VecDeque::pop_front);
        if let Some(answer) = prepared {
            lock(&self.posted).push((url.to_owned(), form));
            return Box::pin(std::future::ready(answer));
        }
        let found = self.find(url).map(|_| {
            lock(&self.posted).push((url.to_owned(), form));
            StatusCode::OK
        });
        Box::pin(std::future::ready(found))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test goes on after a panic")
}
