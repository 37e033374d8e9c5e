//! Reading a log, page by page. The place where a page ended goes out sealed and comes back unchanged, for the same
//! search, or not at all (DB13).

use postern_jose::base64url;

use super::Event;
use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::id::{ClientId, TenantId};
use crate::outage::Outage;
use crate::store::{Search, SearchEvents};

/// The end of time, as far as logs go: what a search without an end means, so that its cursors stay good.
pub const LAST_MOMENT: Timestamp = Timestamp::from_secs(999_999_999_999);

/// Most events of one page.
pub const MAX_PAGE: u16 = 100;
/// No cursor of ours is longer, in bytes.
const MAX_CURSOR: usize = 1024;

/// What somebody asks a log.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Whose log; `None` for the deployment's own.
    pub tenant_id: Option<&'a TenantId>,
    /// Only what is of this client: at a customer, of its connection with this platform.
    pub client_id: Option<&'a ClientId>,
    /// The first moment that counts.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
    /// Events wanted, 1 to [`MAX_PAGE`].
    pub limit: u16,
    /// The cursor of the page before.
    pub cursor: Option<&'a str>,
}

/// One page, the latest event first. Of a search for one client it may hold fewer events than were wanted, or none, and
/// yet not be the last.
#[derive(Debug)]
pub struct Found {
    /// The events.
    pub events: Vec<Event>,
    /// The cursor of the next page; `None` at the end.
    pub cursor: Option<String>,
}

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchError {
    /// The cursor is not one that this very search was given.
    Cursor,
    /// The store could not answer.
    Outage(Outage),
}

/// Reads one page. [`SearchError::Cursor`] for a cursor that is forged, another tenant's or of another search.
pub async fn search<S: SearchEvents>(
    store: &S,
    keys: &CredentialKeys,
    question: &Question<'_>,
) -> Result<Found, SearchError> {
    let after = question.cursor.map(|cursor| open(keys, question, cursor).ok_or(SearchError::Cursor));
    let after = after.transpose()?;
    // DynamoDB refuses a range that ends before it begins.
    if question.to < question.from {
        return Ok(Found { events: Vec::new(), cursor: None });
    }
    let search = Search {
        tenant_id: question.tenant_id,
        client_id: question.client_id,
        from: question.from,
        to: question.to,
        after: after.as_deref(),
        limit: question.limit.clamp(1, MAX_PAGE),
    };
    let page = store.search_events(&search).await.map_err(SearchError::Outage)?;
    let cursor = page.next.map(|next| seal(keys, question, &next));
    Ok(Found { events: page.events, cursor })
}

fn seal(keys: &CredentialKeys, question: &Question<'_>, place: &str) -> String {
    format!("{}.{}", base64url::encode(place), tag(keys, question, place))
}

fn open(keys: &CredentialKeys, question: &Question<'_>, cursor: &str) -> Option<String> {
    let (place, presented) = cursor.split_once('.').filter(|_| cursor.len() <= MAX_CURSOR)?;
    let place = String::from_utf8(base64url::decode(place).ok()?).ok()?;
    let presented = Tag::try_from(presented.to_owned()).ok()?;
    (presented == tag(keys, question, &place)).then_some(place)
}

/// Binds a place to the log, the client and the time that were searched.
fn tag(keys: &CredentialKeys, question: &Question<'_>, place: &str) -> Tag {
    let tenant = question.tenant_id.map(TenantId::as_str).unwrap_or_default();
    let client = question.client_id.map(ClientId::as_str).unwrap_or_default();
    let (from, to) = (question.from.as_secs().to_be_bytes(), question.to.as_secs().to_be_bytes());
    let parts: [&[u8]; 6] = [b"audit", tenant.as_bytes(), client.as_bytes(), &from, &to, place.as_bytes()];
    keys.tag(Purpose::Cursor, &parts)
}
