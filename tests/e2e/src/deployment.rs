//! A deployment: the stack of `make run`, in this process, on ports and with data of its own.

use std::path::{Path, PathBuf};

use postern_local::{Stack, StackOptions};
use tempfile::TempDir;

use crate::tls::{FrontDoor, OpenDoor};
use crate::{App, Demo, DemoClient, Http, Outcome, Visitor};

/// The name of the certificate's file.
const CA_FILE: &str = "ca.pem";

/// A running deployment with sample data. Dropping it ends every process.
pub struct Deployment {
    /// The stack.
    pub stack: Stack,
    /// Who is in it.
    pub demo: Demo,
    /// A client that follows no redirects.
    pub http: Http,
    folder: Option<TempDir>,
    _door: Option<OpenDoor>,
}

impl Deployment {
    /// Starts one in memory. Fails when a binary is missing, or as the stack does.
    pub async fn start() -> Outcome<Self> {
        Self::start_with(|_| ()).await
    }

    /// The same with other options.
    pub async fn start_with(adjust: impl FnOnce(&mut StackOptions)) -> Outcome<Self> {
        let folder = TempDir::new()?;
        let started = Self::start_in(folder.path(), adjust).await?;
        Ok(Self { folder: Some(folder), ..started })
    }

    /// Starts one that the world reaches by TLS, as `https://as.test:<port>`.
    pub async fn start_behind_tls() -> Outcome<Self> {
        Self::start_behind(FrontDoor::new("as.test").await?, |_| ()).await
    }

    /// The same as `https://localhost:<port>`, which programs of other languages find by themselves.
    pub async fn start_at_localhost_behind_tls() -> Outcome<Self> {
        Self::start_at_localhost_behind_tls_with(|_| ()).await
    }

    /// The same with other options.
    pub async fn start_at_localhost_behind_tls_with(adjust: impl FnOnce(&mut StackOptions)) -> Outcome<Self> {
        Self::start_behind(FrontDoor::new("localhost").await?, adjust).await
    }

    async fn start_behind(door: FrontDoor, adjust: impl FnOnce(&mut StackOptions)) -> Outcome<Self> {
        let (origin, http) = (door.origin()?, door.client()?);
        let started = Self::start_with(|options| {
            options.issuer = Some(origin);
            adjust(options);
        });
        let started = started.await?;
        if let Some(folder) = &started.folder {
            std::fs::write(folder.path().join(CA_FILE), door.certificate())?;
        }
        let port = started.stack.base_url().rsplit(':').next().unwrap_or_default().parse()?;
        Ok(Self { http, _door: Some(door.open(port)), ..started })
    }

    /// The same with its files in a folder that outlives it.
    pub async fn start_in(folder: &Path, adjust: impl FnOnce(&mut StackOptions)) -> Outcome<Self> {
        let binaries = binaries()?;
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
        let (outputs, demo) = (folder.join("outputs.json"), folder.join("demo.json"));
        let mut options = StackOptions::new(template, &binaries);
        options.setup.push(format!(
            "'{}' bootstrap --outputs '{}' --demo '{}'",
            binaries.join("postern").display(),
            outputs.display(),
            demo.display()
        ));
        options.outputs_file = Some(outputs);
        adjust(&mut options);
        let stack = Stack::start(options).await?;
        let demo = serde_json::from_slice(&std::fs::read(demo)?)?;
        Ok(Self { stack, demo, http: Http::new()?, folder: None, _door: None })
    }

    /// The certificate of the TLS in front, as PEM, if there is TLS.
    pub fn ca_file(&self) -> Option<PathBuf> {
        let file = self.folder.as_ref()?.path().join(CA_FILE);
        file.exists().then_some(file)
    }

    /// An app that is one of the sample clients.
    pub fn app(&self, client: &DemoClient) -> App {
        App::new(self.http.clone(), &self.demo.issuer, client)
    }

    /// The confidential client.
    pub fn web(&self) -> App {
        self.app(&self.demo.clients.web)
    }

    /// The public client.
    pub fn spa(&self) -> App {
        self.app(&self.demo.clients.spa)
    }

    /// The client that acts for a tenant.
    pub fn service(&self) -> App {
        self.app(&self.demo.clients.service)
    }

    /// Somebody with a fresh browser.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.http.clone(), &self.demo.issuer)
    }
}

/// The folder with the binaries: this program's own, or for a test the one above. Fails with advice when they are not built.
pub fn binaries() -> Outcome<PathBuf> {
    let this = std::env::current_exe()?;
    let folder = this.parent().ok_or("the program stands in no target folder")?;
    let folder = folder.parent().filter(|_| folder.ends_with("deps")).unwrap_or(folder);
    let needed = [
        "postern",
        "admin",
        "audit",
        "authorize",
        "authorizer",
        "discovery",
        "logout",
        "me",
        "refresh",
        "register",
        "revoke",
        "token",
        "userinfo",
    ];
    match needed.iter().find(|name| !folder.join(name).exists()) {
        Some(missing) => Err(format!("{missing} is not built: run `make binaries` first").into()),
        None => Ok(folder.to_owned()),
    }
}
