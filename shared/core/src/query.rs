//! The queries of Postern's own JSON APIs.

use crate::api_error::ApiError;
use crate::http::Request;
use crate::param::Parameters;

/// Items of a part, unless the caller says.
const DEFAULT_LIMIT: u16 = 50;
/// The most that a caller may say.
const MAX_LIMIT: u16 = 100;

/// The query's parameters.
pub(crate) fn parse_query(http: &Request) -> Result<Parameters, ApiError> {
    let query = Parameters::parse(http.query.as_bytes());
    query.map_err(|_| ApiError::of_field("query", "The query is not percent-encoded UTF-8."))
}

/// How many items the caller wants.
pub(crate) fn limit(query: &Parameters) -> Result<u16, ApiError> {
    let limit = parameter(query, "limit")?.map(str::parse).transpose();
    let limit = limit.ok().map(|limit| limit.unwrap_or(DEFAULT_LIMIT));
    let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| ApiError::of_field("limit", "It must be 1 to 100."))
}

/// A parameter that occurs once at most.
pub(crate) fn parameter<'q>(query: &'q Parameters, name: &'static str) -> Result<Option<&'q str>, ApiError> {
    query.get(name).map_err(|_| ApiError::of_field(name, "It may occur once."))
}
