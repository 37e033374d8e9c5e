//! Sample tenants, users and clients with secrets of their own, and the file that tells who they are.

mod admin_token;
mod clients;
mod people;

use std::io::Write as _;
use std::path::Path;

use postern_core::clock::{Clock, SystemClock};
use postern_core::credential::CredentialKeys;
use postern_core::entropy::OsEntropy;
use postern_core::id::ClientId;
use postern_core::store::LoadClients;
use postern_dynamodb::DynamoStore;
use postern_kms::KmsVault;
use serde::Serialize;
use serde_json::Value;

use crate::bootstrap::{Failure, put_api};
use crate::operator::{self, Operator};
use crate::outputs::Outputs;

/// What `functions/me` serves.
const SAMPLE_API: &str = include_str!("../../functions/me/openapi.yaml");
/// The part of it that MCP clients use.
const MCP_API: &str = include_str!("../../functions/me/mcp.yaml");

#[derive(Serialize)]
struct Demo<'a> {
    issuer: &'a str,
    api: &'a str,
    api_rest: &'a str,
    account_header: &'a str,
    tenants: Vec<people::DemoTenant>,
    users: Vec<people::DemoUser>,
    clients: clients::DemoClients,
    operator: Operator,
    admin_token: String,
}

/// Writes the data and then the file. Where the file tells of data that is there already, only its token is renewed.
pub(crate) async fn write(
    store: &DynamoStore,
    (keys, vault): (&CredentialKeys, KmsVault),
    outputs: &Outputs,
    file: &Path,
) -> Result<(), Failure> {
    if let Some(mut demo) = current(store, file).await? {
        let operator = demo.get("operator").cloned().unwrap_or_default();
        if let Ok(operator) = serde_json::from_value(operator)
            && let Some(token) = demo.get_mut("admin_token")
        {
            *token = admin_token::issue(store, vault, outputs, &operator).await?.into();
            return put_file(file, &demo);
        }
        return Ok(());
    }
    let now = SystemClock.now();
    let mut sample = postern_openapi::load_for(SAMPLE_API, &outputs.audience)?.api;
    // The REST API names one resource in its 401: itself, the whole sample.
    sample.resources.push(outputs.api_rest.clone());
    let mcp = postern_openapi::load_for(MCP_API, &format!("{}/mcp", outputs.api))?.api;
    for (api, document) in [(sample, SAMPLE_API), (mcp, MCP_API)] {
        put_api(store, &api, document).await?;
    }
    let (tenants, users) = people::write(store, keys, &OsEntropy, now).await?;
    let clients = clients::write(store, (keys, &OsEntropy), outputs, &tenants).await?;
    let operator = operator::ensure_another(store, keys, &outputs.issuer).await?;
    let demo = Demo {
        issuer: &outputs.issuer,
        api: &outputs.api,
        api_rest: &outputs.api_rest,
        account_header: &outputs.account_header,
        tenants,
        users,
        clients,
        admin_token: admin_token::issue(store, vault, outputs, &operator).await?,
        operator,
    };
    put_file(file, &demo)
}

/// Readers wait for the file: it appears whole or not at all. It holds secrets: nobody else may read it.
fn put_file(file: &Path, demo: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(demo)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut partial = tempfile::NamedTempFile::new_in(folder)?;
    partial.write_all(text.as_bytes())?;
    partial.persist(file)?;
    Ok(())
}

/// What the file says, if it tells of data that is there.
async fn current(store: &DynamoStore, file: &Path) -> Result<Option<Value>, Failure> {
    let demo: Value =
        std::fs::read(file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
    let id = demo
        .pointer("/clients/web/client_id")
        .and_then(Value::as_str)
        .and_then(|id| ClientId::parse(id).ok());
    match id {
        Some(id) => Ok(store.load_client(&id).await?.map(|_| demo)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn only_their_owner_reads_the_secrets_of_the_demo() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("demo.json");
        std::fs::write(&file, "an older one, for everybody").unwrap();
        put_file(&file, &"secret").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "\"secret\"");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
