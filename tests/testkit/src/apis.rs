//! The APIs of a world, loaded from the documents of the deployed ones.

use std::sync::Arc;

use postern_core::api::{Api, Routes};
use postern_core::audit::Kind;
use postern_core::store::{ManageApis, Written};
use postern_dynamodb::DynamoStore;

use crate::operator::told;
use crate::world::AUDIENCE;

/// What the sample API offers.
const SAMPLE: &str = include_str!("../../../functions/me/openapi.yaml");
/// The part of it that MCP clients use.
const MCP: &str = include_str!("../../../functions/me/mcp.yaml");
/// What members manage of their own.
pub(crate) const ACCOUNT: &str = include_str!("../../../functions/account/openapi.yaml");

/// What the admin API offers.
pub(crate) const ADMIN: &str = include_str!("../../../functions/admin/openapi.yaml");

/// Loads them, and gives the routes of Postern's own.
pub(crate) async fn write(store: &DynamoStore, issuer: &str) -> Arc<[Routes]> {
    let own = [(ACCOUNT, format!("{issuer}/account")), (ADMIN, format!("{issuer}/admin"))];
    let mut routes = Vec::new();
    load(store, SAMPLE, AUDIENCE).await;
    load(store, MCP, &format!("{issuer}/mcp")).await;
    for (document, audience) in own {
        routes.push(load(store, document, &audience).await);
    }
    routes.into()
}

pub(crate) async fn load(store: &DynamoStore, document: &str, audience: &str) -> Routes {
    let api = postern_openapi::load_for(document, audience).expect("a good document").api;
    put(store, &api).await;
    api.routes
}

/// Writes an API over what is there.
pub(crate) async fn put(store: &DynamoStore, api: &Api) {
    let seen = store.read_apis().await.expect("APIs").version;
    let event = told(Kind::ApiLoaded).with("audience", &api.audience);
    let written = store.write_api(api, "", seen, &event).await.expect("API");
    assert!(matches!(written, Written::Committed(_)), "nobody else loads APIs meanwhile");
}
