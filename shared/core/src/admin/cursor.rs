//! Lists in parts: `limit`, and an opaque `cursor` that only the list and the caller's tenant that it was made for
//! accept (DB13).

use postern_jose::{Vault, base64url};
use serde::Serialize;

use super::desk::Desk;
use crate::api_error::ApiError;
use crate::credential::{CredentialKeys, Purpose, Tag};
use crate::http::{Response, StatusCode};
use crate::param::Parameters;
use crate::query::{limit, parameter, parse_query};
use crate::store::{Listing, LoadKeys, Window};

/// Longest cursor, in bytes.
const LONGEST: usize = 1_024;

/// What a caller asks for, with the place that a cursor stands for.
pub(super) struct Part {
    after: Option<String>,
    limit: u16,
}

#[derive(Serialize)]
struct Page<T> {
    data: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl Part {
    pub(super) fn window(&self) -> Window<'_> {
        Window { after: self.after.as_deref(), limit: self.limit }
    }
}

impl<S: LoadKeys, V: Vault> Desk<'_, S, V> {
    /// The query's parameters.
    pub(super) fn query(&self) -> Result<Parameters, ApiError> {
        parse_query(self.http)
    }

    /// Reads `limit` and `cursor` for the list called `list`.
    pub(super) async fn part(&self, list: &str) -> Result<Part, ApiError> {
        let query = self.query()?;
        let limit = limit(&query)?;
        let after = match parameter(&query, "cursor")? {
            None => None,
            Some(text) => {
                let keys = self.server.credential_keys().await?;
                let place = open(text, &keys, &self.binding(list));
                Some(place.ok_or_else(|| ApiError::of_field("cursor", "It is none of this list's."))?)
            }
        };
        Ok(Part { after, limit })
    }

    /// A part of the list called `list` as an answer, each item as `view` shows it.
    pub(super) async fn page<'t, T, W: Serialize>(
        &self,
        list: &str,
        found: &'t Listing<T>,
        view: impl Fn(&'t T) -> W,
    ) -> Result<Response, ApiError> {
        let next_cursor = match &found.next {
            None => None,
            Some(place) => Some(seal(place, &*self.server.credential_keys().await?, &self.binding(list))),
        };
        let data = found.items.iter().map(view).collect();
        Ok(Response::of(StatusCode::OK, &Page { data, next_cursor }))
    }

    fn binding(&self, list: &str) -> String {
        format!("{}/{list}", self.caller.tenant_id)
    }
}

fn seal(place: &str, keys: &CredentialKeys, binding: &str) -> String {
    format!("{}.{}", base64url::encode(place), tag(place, keys, binding))
}

/// The place, if we sealed it for this list.
fn open(cursor: &str, keys: &CredentialKeys, binding: &str) -> Option<String> {
    let (place, mac) = cursor.split_once('.').filter(|_| cursor.len() <= LONGEST)?;
    let place = String::from_utf8(base64url::decode(place).ok()?).ok()?;
    (Tag::try_from(mac.to_owned()).ok()? == tag(&place, keys, binding)).then_some(place)
}

fn tag(place: &str, keys: &CredentialKeys, binding: &str) -> Tag {
    keys.tag(Purpose::Cursor, &[binding.as_bytes(), place.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn db13_a_cursor_is_of_one_list_and_unforgeable() {
        let keys = CredentialKeys::new(&[7; 32]);
        let cursor = seal("ten_a", &keys, "ten_x/tenants");
        assert_eq!(open(&cursor, &keys, "ten_x/tenants").as_deref(), Some("ten_a"));
        assert_eq!(open(&cursor, &keys, "ten_y/tenants"), None);
        assert_eq!(open(&cursor, &CredentialKeys::new(&[8; 32]), "ten_x/tenants"), None);
        for forged in ["", ".", "x", "dGVuX2I.", &cursor.replace("dGVu", "dGVv"), &"x".repeat(2_000)] {
            assert_eq!(open(forged, &keys, "ten_x/tenants"), None, "{forged:?}");
        }
    }
}
