//! `/admin/v1/apis`: the resource servers, each loaded from its OpenAPI document (R20, R21).

use std::collections::BTreeSet;

use postern_jose::Vault;
use serde::Serialize;
use serde_json::{Value, json};

use super::desk::{Desk, committed};
use super::{AUDIENCE_PATH, AdminStore, Documents, Problem};
use crate::account::AUDIENCE_PATH as ACCOUNT_PATH;
use crate::api::{Api, Entry, Route};
use crate::api_error::{ApiError, ApiErrorCode};
use crate::audit::{Event, Kind};
use crate::http::{Response, StatusCode};
use crate::param::{Scope, ScopeSet};
use crate::query::parameter;

/// Longest document, in bytes: well below what the gateway and Lambda carry.
const MAX_DOCUMENT: usize = 1024 * 1024;
/// Longest audience, in bytes: as in documents, and well below what a key of the table holds.
pub(super) const LONGEST_AUDIENCE: usize = 512;
/// Longest compiled API, in bytes: an item of the table holds 400 KB.
const MAX_COMPILED: usize = 380 * 1024;

/// An API as administrators see it.
#[derive(Serialize)]
struct ApiView<'a> {
    audience: &'a str,
    name: &'a str,
    domains: &'a [String],
    operations: usize,
    scopes: Vec<ScopeView<'a>>,
}

#[derive(Serialize)]
struct ScopeView<'a> {
    scope: &'a str,
    description: &'a str,
    implies: &'a BTreeSet<Scope>,
}

fn view(api: &Api) -> ApiView<'_> {
    let scopes = api.catalogue.entries().iter();
    ApiView {
        audience: &api.audience,
        name: &api.name,
        domains: &api.domains,
        operations: api.routes.iter().count(),
        scopes: scopes.map(|(scope, entry)| scope_view(scope, entry)).collect(),
    }
}

fn scope_view<'a>(scope: &'a Scope, entry: &'a Entry) -> ScopeView<'a> {
    ScopeView { scope: scope.as_str(), description: &entry.description, implies: &entry.implies }
}

/// Every API, for every administrator: who defines a role or registers a service needs the names of scopes, which
/// metadata tells everybody (RFC 9728 section 2).
pub(super) async fn list<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    let apis = desk.server.store.read_apis().await?.record;
    Ok(Response::of(StatusCode::OK, &json!({ "data": apis.iter().map(view).collect::<Vec<_>>() })))
}

/// Loads an API, or the next edition of one. Whoever decides by it sees it within
/// [`crate::lifetime::API_CACHE`] seconds.
pub(super) async fn put<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    documents: &dyn Documents,
) -> Result<Response, ApiError> {
    desk.verify_operator()?;
    let document = document(desk)?;
    let query = desk.query()?;
    let api = match documents.compile(document, parameter(&query, "audience")?) {
        Ok(api) => api,
        Err(problems) => return Ok(refused(ApiErrorCode::InvalidRequest, &problems)),
    };
    verify_foreign(desk, &api.audience)?;
    if serde_json::to_vec(&api).map_or(usize::MAX, |text| text.len()) > MAX_COMPILED {
        return Err(ApiError::new(ApiErrorCode::TooLarge, "The API has too many operations and scopes."));
    }
    let before = desk.server.store.read_apis().await?;
    let meetings = meetings(documents, document, (&before.record, &api));
    if !meetings.is_empty() {
        return Ok(refused(ApiErrorCode::Conflict, &meetings));
    }
    if before.record.iter().any(|other| other.audience != api.audience && other.shares_a_name(&api)) {
        let description = "Another API has one of the names already: its audience, one of `resources`, or the audience's path at one of `domains`.";
        return Err(ApiError::new(ApiErrorCode::Conflict, description));
    }
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::ApiLoaded), &api.audience);
    committed(desk.server.store.write_api(&api, document, before.version, &event).await?)?;
    Ok(Response::of(
        StatusCode::OK,
        &json!({ "api": view(&api), "warnings": warnings(&api, &before.record) }),
    ))
}

pub(super) async fn remove<S: AdminStore, V: Vault>(desk: &Desk<'_, S, V>) -> Result<Response, ApiError> {
    desk.verify_operator()?;
    let query = desk.query()?;
    let audience = audience(parameter(&query, "audience")?)?;
    verify_foreign(desk, audience)?;
    let before = desk.server.store.read_apis().await?;
    if !before.record.iter().any(|api| api.audience == audience) {
        return Err(ApiError::NOT_FOUND);
    }
    desk.verify_time_left()?;
    let event = about(desk.event(Kind::ApiRemoved), audience);
    committed(desk.server.store.remove_api(audience, before.version, &event).await?)?;
    Ok(super::done())
}

/// The document as it was loaded, with the scopes that each operation needs (R21): for every administrator too, who is
/// not told what it says to the gateway.
pub(super) async fn reference<S: AdminStore, V: Vault>(
    desk: &Desk<'_, S, V>,
    documents: &dyn Documents,
) -> Result<Response, ApiError> {
    let query = desk.query()?;
    let audience = audience(parameter(&query, "audience")?)?;
    let document = desk.server.store.read_document(audience).await?.ok_or(ApiError::NOT_FOUND)?;
    match documents.reference(&document, audience) {
        Ok(mut reference) => {
            if !desk.is_operator {
                hide_integrations(&mut reference);
            }
            Ok(Response::of(StatusCode::OK, &reference))
        }
        Err(problems) => Ok(refused(ApiErrorCode::InvalidRequest, &problems)),
    }
}

/// Takes away API Gateway's own extensions: roles, functions and addresses behind the API.
fn hide_integrations(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.starts_with("x-amazon-"));
            members.values_mut().for_each(hide_integrations);
        }
        Value::Array(items) => items.iter_mut().for_each(hide_integrations),
        _ => {}
    }
}

fn audience(text: Option<&str>) -> Result<&str, ApiError> {
    let text = text.filter(|text| text.len() <= LONGEST_AUDIENCE);
    text.ok_or_else(|| ApiError::of_field("audience", "It is required, in the query, of at most 512 bytes."))
}

/// The body, whatever of YAML and JSON it says it is.
fn document<'d, S, V>(desk: &Desk<'d, S, V>) -> Result<&'d str, ApiError> {
    if desk.http.body.len() > MAX_DOCUMENT {
        return Err(ApiError::new(ApiErrorCode::TooLarge, "A document has at most 1 MiB."));
    }
    let text = std::str::from_utf8(&desk.http.body).ok().filter(|text| !text.trim().is_empty());
    text.ok_or_else(|| {
        ApiError::new(ApiErrorCode::InvalidRequest, "The body must be an OpenAPI document in UTF-8.")
    })
}

fn refused(code: ApiErrorCode, problems: &[Problem]) -> Response {
    let body = json!({
        "error": code.as_str(),
        "error_description": "The document cannot be loaded: see `problems`.",
        "problems": problems,
    });
    Response::of(code.status(), &body)
}

/// Postern's own APIs are loaded by `postern bootstrap` alone: without this very one nobody could load it again.
fn verify_foreign<S, V>(desk: &Desk<'_, S, V>, audience: &str) -> Result<(), ApiError> {
    let issuer = &desk.server.settings.issuer;
    if [AUDIENCE_PATH, ACCOUNT_PATH].iter().any(|path| audience == issuer.url(path)) {
        let description = "Postern's own APIs are loaded by `postern bootstrap`.";
        return Err(ApiError::new(ApiErrorCode::Conflict, description));
    }
    Ok(())
}

fn about(event: Event, audience: &str) -> Event {
    event.with("audience", audience)
}

/// The operations of `api` by which a request could mean one of `other` as well.
fn met<'a>(other: &Api, api: &'a Api) -> Vec<&'a Route> {
    let at_one_host = other.domains.is_empty()
        || api.domains.is_empty()
        || other.domains.iter().any(|domain| api.answers_at(domain));
    let meet = other.audience != api.audience && at_one_host;
    let taken: BTreeSet<_> = other.routes.iter().filter(|_| meet).map(shape).collect();
    api.routes.iter().filter(|route| taken.contains(&shape(route))).collect()
}

/// Where the document has operations that other APIs have already, in order of line.
fn meetings(documents: &dyn Documents, document: &str, (others, api): (&[Api], &Api)) -> Vec<Problem> {
    let met = others.iter().flat_map(|other| met(other, api).into_iter().map(move |route| (other, route)));
    let met: Vec<_> = met.collect();
    let operations: Vec<_> =
        met.iter().map(|(_, route)| (route.method.as_str(), route.path.as_str())).collect();
    let places = documents.places(document, &operations);
    let problems = met.iter().zip(places).map(|((other, route), place)| meeting(other, route, place));
    let mut problems: Vec<_> = problems.collect();
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems
}

fn meeting(other: &Api, Route { method, path, .. }: &Route, place: Option<(usize, usize)>) -> Problem {
    let ((line, column), audience) = (place.unwrap_or((1, 1)), &other.audience);
    let reason = format!(
        "{method} {path} is an operation of {audience} at the same domain: list under `domains` where each is called, or remove it"
    );
    Problem { line, column, reason }
}

/// A route without the names of its placeholders.
fn shape(route: &Route) -> (&str, Vec<&str>) {
    let segment = |text| if str::starts_with(text, '{') { "{}" } else { text };
    (route.method.as_str(), route.path.split('/').map(segment).collect())
}

/// Scopes that no operation asks for, neither by name nor through what they imply; and those whose name another API has
/// too, which no role tells apart.
fn warnings(api: &Api, loaded: &[Api]) -> Vec<String> {
    let needed: BTreeSet<&Scope> =
        api.routes.iter().flat_map(|route| route.need.alternatives()).flat_map(ScopeSet::iter).collect();
    let idle = api.catalogue.entries().iter().filter(|(scope, entry)| {
        !needed.contains(scope) && !entry.implies.iter().any(|implied| needed.contains(implied))
    });
    let idle = idle.map(|(scope, _)| format!("No operation asks for the scope {}.", scope.as_str()));
    let others = loaded.iter().filter(|other| other.audience != api.audience);
    let shared = others.flat_map(|other| {
        let shared = api.catalogue.entries().keys().filter(|scope| other.catalogue.knows(scope));
        shared.map(|scope| {
            let (name, audience) = (scope.as_str(), &other.audience);
            format!("{audience} has a scope {name} too: a role or feature of this name permits both.")
        })
    });
    idle.chain(shared).collect()
}
