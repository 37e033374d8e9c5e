//! What a page says of a client that nobody has vouched for (A17).

use url::Url;

use crate::client::{Client, Origin};

/// An unverified client, as people are warned of it.
pub(super) struct Stranger {
    /// The host that published it, where its identifier is a URL: the one thing about it that was checked.
    pub(super) publisher: Option<String>,
}

impl Stranger {
    /// `None` for a client that an administrator registered.
    pub(super) fn of(client: &Client) -> Option<Self> {
        match client.registration.origin {
            Origin::Administrator => None,
            Origin::Registered => Some(Self { publisher: None }),
            Origin::Document => {
                let url = Url::parse(client.client_id.as_str()).ok();
                Some(Self { publisher: url.and_then(|url| url.host_str().map(str::to_owned)) })
            }
        }
    }
}
