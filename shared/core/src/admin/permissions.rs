//! Permissions of roles and features of tenants, checked against the vocabularies of the loaded APIs (R9, R22).
//!
//! They are names over all catalogues: a role that permits `contact.read` permits it at every API that has it. What
//! keeps two APIs apart are the rights of clients and connections, and the audience of tokens.

use std::collections::BTreeSet;

use super::desk::Desk;
use crate::api::Api;
use crate::api_error::ApiError;
use crate::store::LoadApis;

/// Most permissions of one role.
const MAX_PERMISSIONS: usize = 200;

impl<S: LoadApis, V> Desk<'_, S, V> {
    /// The permissions in the member `field`, each once: `*`, a known scope, or `<prefix>.*` or `<prefix>:*` where a
    /// known scope begins so. A permission that could match nothing is a slip of the pen.
    pub(super) async fn known_permissions(
        &self,
        field: &str,
        permissions: Vec<String>,
    ) -> Result<Vec<String>, ApiError> {
        let mut seen = BTreeSet::new();
        let permissions: Vec<_> = permissions.into_iter().filter(|it| seen.insert(it.clone())).collect();
        if permissions.len() > MAX_PERMISSIONS {
            return Err(ApiError::of_field(field, "It has more than 200 permissions."));
        }
        let apis = self.server.store.load_apis().await?;
        if permissions.iter().all(|permission| matches_something(&apis, permission)) {
            Ok(permissions)
        } else {
            let description =
                "Each must be `*`, a scope of a loaded API, or the beginning of one and `.*` or `:*`.";
            Err(ApiError::of_field(field, description))
        }
    }
}

fn matches_something(apis: &[Api], permission: &str) -> bool {
    let mut scopes = apis.iter().flat_map(|api| api.catalogue.entries().keys());
    let prefix = permission.strip_suffix('*').filter(|prefix| prefix.ends_with(['.', ':']));
    permission == "*"
        || scopes.any(|scope| match prefix {
            Some(prefix) => scope.as_str().starts_with(prefix),
            None => scope.as_str() == permission,
        })
}
