//! The port through which the server fetches what others publish: key sets, metadata documents; and tells them what
//! happened. Behind it stands a guard against requests to ourselves and our neighbours (D02).

use std::future::Future;
use std::pin::Pin;

use crate::http::StatusCode;
use crate::outage::Outage;

/// What a fetch comes to.
pub type Fetching<'a, T> = Pin<Box<dyn Future<Output = Result<T, FetchError>> + Send + 'a>>;

/// What an answer must be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The longest body, in bytes.
    pub max_bytes: usize,
    /// Media types, in lower case without parameters; another one is refused.
    pub media_types: &'static [&'static str],
}

impl Accepted {
    /// A client ID metadata document: 5 kB of JSON (draft-ietf-oauth-client-id-metadata-document section 6.6).
    pub const METADATA: Self = Self {
        max_bytes: 5 * 1024,
        media_types: &["application/json", "application/oauth-client-id-document+json"],
    };
    /// The redirect URIs of a sector (OpenID Connect Registration section 5).
    pub const SECTOR: Self = Self { max_bytes: 64 * 1024, media_types: &["application/json"] };
    /// A key set (RFC 7517 section 8.5): 64 kB, which is twenty RSA keys with their certificates.
    pub const KEYS: Self =
        Self { max_bytes: 64 * 1024, media_types: &["application/json", "application/jwk-set+json"] };
}

/// A fetched document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The body.
    pub body: Vec<u8>,
    /// For how many seconds its publisher lets it be kept (RFC 9111 `max-age`; 0 for `no-store`), where that is said.
    pub max_age: Option<u64>,
}

/// Why nothing was fetched. The texts are for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The URL, or the address behind it, is none that we call (D02).
    Forbidden(&'static str),
    /// The other side did not answer in time, or not as it should.
    Failed(String),
}

/// Fetches over the network. Every method ends within a few seconds, follows no redirect and calls public addresses
/// alone.
pub trait Fetch: Send + Sync {
    /// GETs a document; [`FetchError`] unless the answer is 200 and as `accepted`.
    fn get<'a>(&'a self, url: &'a str, accepted: Accepted) -> Fetching<'a, Fetched>;

    /// POSTs a form (`application/x-www-form-urlencoded`) and gives the status of the answer, whose body is not read.
    fn post_form<'a>(&'a self, url: &'a str, form: String) -> Fetching<'a, StatusCode>;
}

/// A fetch that failed says nothing about whoever asked: it is temporary (D09).
impl From<FetchError> for Outage {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Forbidden(reason) => Self::Unavailable(format!("not fetched: {reason}")),
            FetchError::Failed(reason) => Self::Unavailable(format!("fetch failed: {reason}")),
        }
    }
}
