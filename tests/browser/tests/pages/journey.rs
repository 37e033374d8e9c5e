//! A deployment, an app with a callback, and a browser on its way between them.

use postern_browser::{Browser, Callback};
use postern_e2e::{App, Authorization, DemoClient, DemoUser, Deployment, Outcome};

/// Everything that a test of the pages needs.
pub(crate) struct Journey {
    pub(crate) it: Deployment,
    pub(crate) app: App,
    pub(crate) callback: Callback,
    pub(crate) browser: Browser,
}

impl Journey {
    /// An app whose callback says so by script, if scripts run.
    pub(crate) async fn start() -> Outcome<Self> {
        Self::start_at(Deployment::start().await?).await
    }

    pub(crate) async fn start_at(it: Deployment) -> Outcome<Self> {
        let page = "<!doctype html><title>still</title><h1 id=\"arrived\">Arrived</h1><script>document.title='ran'</script>";
        let callback = Callback::start(page.to_owned()).await?;
        // The port of a registered loopback address is free (RFC 8252 section 7.3).
        let client =
            DemoClient { redirect_uris: vec![callback.url("/callback")], ..it.demo.clients.spa.clone() };
        let (app, browser) = (it.app(&client), Browser::start().await?);
        Ok(Self { it, app, callback, browser })
    }

    pub(crate) fn owner(&self) -> &DemoUser {
        let [owner, ..] = &self.it.demo.users;
        owner
    }

    /// Sends the browser to the authorization endpoint.
    pub(crate) async fn set_out(&self) -> Outcome<Authorization> {
        let authorization = self.app.authorization("openid profile email contact.read")?;
        self.browser.open(authorization.url.as_str()).await?;
        Ok(authorization)
    }

    /// Signs in, up to the question of consent.
    pub(crate) async fn reach_consent(&self) -> Outcome<Authorization> {
        let authorization = self.set_out().await?;
        self.browser.sign_in(self.owner(), &self.owner().password).await?;
        self.browser.find("allow").await?;
        Ok(authorization)
    }

    /// No page did what its own policy forbids. Asks the console for the first time.
    pub(crate) async fn assert_no_violation(&self) -> Outcome {
        let console = self.browser.console().await?;
        let violations: Vec<_> =
            console.iter().filter(|line| line.contains("Content Security Policy")).collect();
        assert!(violations.is_empty(), "{violations:?}");
        Ok(())
    }
}
