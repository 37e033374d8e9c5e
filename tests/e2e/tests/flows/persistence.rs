//! A deployment that is stopped and started again is the same deployment.

use std::path::Path;

use postern_e2e::{Deployment, Outcome};
use serde_json::Value;
use tempfile::TempDir;

async fn start(folder: &Path, port: u16) -> Outcome<Deployment> {
    let data = folder.join("data");
    Deployment::start_in(folder, |options| {
        options.port = port;
        options.engines.data_dir = Some(data);
    })
    .await
}

/// The file with the sample data, but for the token that each bootstrap makes anew: it lives an hour.
fn lasting(file: &Path) -> Outcome<Value> {
    let mut demo: Value = serde_json::from_slice(&std::fs::read(file)?)?;
    let token = demo.as_object_mut().and_then(|members| members.remove("admin_token"));
    token.ok_or("there is no admin_token")?;
    Ok(demo)
}

#[tokio::test]
async fn tokens_people_and_keys_survive_a_restart() {
    let folder = TempDir::new().unwrap();
    let first = start(folder.path(), 0).await.unwrap();
    let tokens =
        first.web().sign_in(&mut first.visitor(), &first.demo.users[0], "openid contact.read").await.unwrap();
    let described = lasting(&folder.path().join("demo.json")).unwrap();
    let jwks_url = format!("{}/.well-known/jwks.json", first.demo.issuer);
    let jwks = first.http.get(&jwks_url, None).await.unwrap().body;
    let port = first.stack.base_url().rsplit(':').next().unwrap().parse().unwrap();
    drop(first);

    // The second start runs the bootstrap again, too.
    let second = start(folder.path(), port).await.unwrap();
    assert!(described == lasting(&folder.path().join("demo.json")).unwrap(), "the sample data changed");
    assert_eq!(second.http.get(&jwks_url, None).await.unwrap().body, jwks);
    let me = second.http.get(&format!("{}/me", second.demo.api), Some(&tokens.access)).await.unwrap();
    assert_eq!(me.status, 200, "{}", me.body);
    let refreshed = second.web().refresh(&tokens.refresh).await.unwrap();
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    let again = second.web().sign_in(&mut second.visitor(), &second.demo.users[0], "openid").await.unwrap();
    assert!(!again.access.is_empty());
}

#[tokio::test]
async fn a_second_bootstrap_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let it = Deployment::start_in(folder.path(), |options| {
        let first = options.setup[0].clone();
        let before = format!("cp '{0}/demo.json' '{0}/before.json'", folder.path().display());
        options.setup.extend([before, first]);
    })
    .await
    .unwrap();
    let read = |name: &str| lasting(&folder.path().join(name)).unwrap();
    assert!(read("before.json") == read("demo.json"), "the second bootstrap wrote other data");
    assert_eq!(it.service().client_credentials("contact.read").await.unwrap().status, 200);
}
