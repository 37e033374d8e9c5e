//! Reading a log, page by page. The place where a page ended goes out sealed and comes back unchanged, for the same
//! search, or not at all (DB13).

use postern_jose::base64url;

use super::Event;
use crate::clock::Timestamp;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::id::TenantId;
use crate::outage::Outage;
use crate::store::{Search, SearchEvents};

/// Most events of one page.
pub const MAX_PAGE: u16 = 100;
/// No cursor of ours is longer, in bytes.
const MAX_CURSOR: usize = 1024;

/// What somebody asks a log.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Whose log; `None` for the deployment's own.
    pub tenant_id: Option<&'a TenantId>,
    /// The first moment that counts.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
    /// Events wanted, 1 to [`MAX_PAGE`].
    pub limit: u16,
    /// The cursor of the page before.
    pub cursor: Option<&'a str>,
}

/// One page, the latest event first.
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

/// Binds a place to the log and the time that were searched.
fn tag(keys: &CredentialKeys, question: &Question<'_>, place: &str) -> Tag {
    let tenant = question.tenant_id.map(TenantId::as_str).unwrap_or_default();
    let (from, to) = (question.from.as_secs().to_be_bytes(), question.to.as_secs().to_be_bytes());
    keys.tag(Purpose::Cursor, &[b"audit", tenant.as_bytes(), &from, &to, place.as_bytes()])
}
