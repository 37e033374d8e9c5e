//! `postern bootstrap`: keys for a fresh deployment, and sample data where asked for.

use std::path::Path;

use postern_aws::AwsEnvironment;
use postern_core::admin::AUDIENCE_PATH;
use postern_core::api::Api;
use postern_core::audit::{Event, Kind};
use postern_core::clock::{Clock as _, SystemClock};
use postern_core::credential::CredentialKeys;
use postern_core::entropy::OsEntropy;
use postern_core::id::InvocationId;
use postern_core::keys::{KeyState, SigningKey, StoredKeys};
use postern_core::store::{LoadApis, LoadKeys, ManageApis, Provision, Written};
use postern_dynamodb::DynamoStore;
use postern_jose::{Vault, base64url};
use postern_kms::{CREDENTIALS, KmsVault, generate_data_key, load_public_key};

use crate::demo;
use crate::environment::var;
use crate::operator::{self, Wanted};
use crate::outputs::Outputs;
use crate::print;

/// What `functions/account` serves.
const ACCOUNT_API: &str = include_str!("../../functions/account/openapi.yaml");
/// What `functions/admin` serves.
const ADMIN_API: &str = include_str!("../../functions/admin/openapi.yaml");

/// Any error, with its text for the operator.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// Runs the command.
pub(crate) async fn run(outputs: &Path, wanted: &Wanted, demo_file: Option<&Path>) -> Result<(), Failure> {
    let outputs = Outputs::read(outputs)?;
    let aws = AwsEnvironment::from_vars(var)?;
    let store = DynamoStore::new(&aws, outputs.table.clone());
    let keys = ensure_keys(&store, &aws, &outputs).await?;
    load_own_apis(&store, &outputs).await?;
    match (operator::make(&store, &keys, (&outputs.issuer, wanted)).await?, wanted) {
        (Some(made), _) => {
            print::once(&format!(
                "Operator: a client of the operators' own tenant; its secret is shown this once.\n\
                 POSTERN_CLIENT_ID={}\nPOSTERN_CLIENT_SECRET={}\n",
                made.client_id, made.client_secret
            ))?;
        }
        (None, Wanted::Nobody) => {}
        (None, _) => print::out("Operator: there is one already; nothing was added.\n")?,
    }
    if let Some(file) = demo_file {
        let vault = KmsVault::new(postern_kms::client(&aws), Some(outputs.wrapping_key.clone()));
        Box::pin(demo::write(&store, (&keys, vault), &outputs, file)).await?;
        print::out(&format!("Demo data: {}\n", file.display()))?;
    }
    Ok(())
}

/// The deployment's keys: those that are there, else new ones.
async fn ensure_keys(
    store: &DynamoStore,
    aws: &AwsEnvironment,
    outputs: &Outputs,
) -> Result<CredentialKeys, Failure> {
    if store.load_keys().await?.is_none() {
        let kms = postern_kms::client(aws);
        let public_key = load_public_key(&kms, &outputs.signing_key, outputs.signing_algorithm).await?;
        let data_key = generate_data_key(&kms, &outputs.wrapping_key, CREDENTIALS).await?;
        let signing = SigningKey {
            key_ref: outputs.signing_key.clone(),
            // The first key has nobody to wait for: no cache anywhere holds an older set.
            state: KeyState::Signing,
            jwk: public_key.jwk().clone(),
        };
        let stored =
            StoredKeys { signing: vec![signing], credential_key: base64url::encode(&data_key.wrapped) };
        if store.put_keys(&stored, &told(Kind::KeysCreated)).await? {
            print::out(&format!("Keys: signing key {} ({})\n", public_key.kid(), outputs.signing_algorithm))?;
        }
    }
    // Read again: another bootstrap may have been faster.
    let stored = store.load_keys().await?.ok_or("the keys vanished")?;
    let wrapped =
        base64url::decode(&stored.credential_key).map_err(|_| "the wrapped data key is not base64url")?;
    let vault = KmsVault::new(postern_kms::client(aws), Some(outputs.wrapping_key.clone()));
    Ok(CredentialKeys::new(&*vault.unwrap_data_key(&wrapped).await?))
}

/// An event of this command. Each write has an invocation of its own, so that no two events are taken for one.
pub(crate) fn told(kind: Kind) -> Event {
    Event::by_operator(kind, &InvocationId::generate(&OsEntropy), SystemClock.now())
}

/// Writes Postern's own APIs as they are in this release, where the table has them otherwise.
async fn load_own_apis(store: &DynamoStore, outputs: &Outputs) -> Result<(), Failure> {
    let there = store.load_apis().await?;
    for (document, path) in [(ACCOUNT_API, "/account"), (ADMIN_API, AUDIENCE_PATH)] {
        let api = postern_openapi::load_for(document, &format!("{}{path}", outputs.issuer))?.api;
        let shown = store.read_document(&api.audience).await?;
        if !there.contains(&api) || shown.as_deref() != Some(document) {
            put_api(store, &api, document).await?;
        }
    }
    Ok(())
}

/// Loads an API as administrators do, with the document for its reference: whoever loads another at the same time
/// notices.
pub(crate) async fn put_api(store: &DynamoStore, api: &Api, document: &str) -> Result<(), Failure> {
    let seen = store.read_apis().await?.version;
    let event = told(Kind::ApiLoaded).with("audience", &api.audience);
    match store.write_api(api, document, seen, &event).await? {
        Written::Committed(_receipt) => Ok(()),
        Written::Conflict => Err("another API was loaded meanwhile: run this again".into()),
    }
}
