//! Chromium without a window, with a profile of its own.

use std::time::Duration;

use postern_e2e::{DemoUser, Outcome};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::prelude::*;
use thirtyfour::{LoggingPrefsLogLevel, TypingData};
use tokio::time::{Instant, sleep};

use crate::chromedriver::Chromedriver;

/// How long a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A browser. Dropping it closes it.
pub struct Browser {
    /// The session, for what is not here.
    pub driver: WebDriver,
    _chromedriver: Chromedriver,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser. Fails when Chromium or chromedriver is missing, with the packages to install.
    pub async fn start() -> Outcome<Self> {
        let chromedriver = Chromedriver::start().await?;
        let profile = TempDir::new()?;
        let mut options = DesiredCapabilities::chrome();
        for flag in [
            "--headless=new",
            "--no-sandbox", // refused to root, and these pages are our own
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en",
            "--ignore-certificate-errors", // the TLS proxy of a test has a certificate of its own making
            "--host-resolver-rules=MAP as.test 127.0.0.1",
        ] {
            options.add_arg(flag)?;
        }
        options.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        options.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let driver = WebDriver::new(&chromedriver.url, options).await.map_err(|error| {
            format!("Chromium does not start: {error}. Install the packages chromium and chromium-driver: tools/setup.sh browser")
        })?;
        Ok(Self { driver, _chromedriver: chromedriver, _profile: profile })
    }

    /// Types an address.
    pub async fn open(&self, url: &str) -> Outcome {
        Ok(self.driver.goto(url).await?)
    }

    /// Clicks the element with this id, once it is there.
    pub async fn click(&self, id: &str) -> Outcome {
        Ok(self.find(id).await?.click().await?)
    }

    /// The element with this id, once it is there. Fails with the page's text when it does not come.
    pub async fn find(&self, id: &str) -> Outcome<WebElement> {
        self.select(&format!("[id='{id}']")).await
    }

    /// The first element that a CSS selector matches, once it is there. Fails with the page's text when it does not come.
    pub async fn select(&self, selector: &str) -> Outcome<WebElement> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            match self.driver.find(By::Css(selector)).await {
                Ok(element) => return Ok(element),
                Err(_) if Instant::now() < give_up => sleep(Duration::from_millis(50)).await,
                Err(_) => return Err(format!("there is no {selector} on: {}", self.text().await?).into()),
            }
        }
    }

    /// Waits for the page with this title. Fails with the page's text when it does not come.
    pub async fn arrive(&self, title: &str) -> Outcome {
        let give_up = Instant::now() + PATIENCE;
        while self.driver.title().await? != title {
            if give_up < Instant::now() {
                return Err(format!("not {title}: {}", self.text().await?).into());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Types into the field with this label.
    pub async fn fill(&self, label: &str, text: &str) -> Outcome {
        let label = self.driver.find(By::XPath(format!("//label[normalize-space()='{label}']"))).await?;
        let field = label.attr("for").await?.ok_or("the label belongs to no field")?;
        Ok(self.find(&field).await?.send_keys(text).await?)
    }

    /// Fills the sign-in form and sends it.
    pub async fn sign_in(&self, user: &DemoUser, password: &str) -> Outcome {
        self.find("sign-in").await?;
        self.fill("Email", &user.email).await?;
        self.fill("Password", password).await?;
        self.click("sign-in").await
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Outcome {
        Ok(self.driver.action_chain().send_keys(keys).perform().await?)
    }

    /// The id of the element that has the focus; empty when it has none.
    pub async fn focused(&self) -> Outcome<String> {
        Ok(self.driver.active_element().await?.id().await?.unwrap_or_default())
    }

    /// What can be read on the page.
    pub async fn text(&self) -> Outcome<String> {
        Ok(self.driver.find(By::Css("body")).await?.text().await?)
    }

    /// What the console says since it was last asked.
    pub async fn console(&self) -> Outcome<Vec<String>> {
        Ok(self.driver.browser_log().await?.into_iter().map(|entry| entry.message).collect())
    }

    /// From here on no page may run a script.
    pub async fn disable_scripts(&self) -> Outcome {
        let off = json!({ "value": true });
        Ok(self.driver.cdp().send_raw("Emulation.setScriptExecutionDisabled", off).await.map(drop)?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The processes are killed: without this the library would first ask a browser in mid-navigation to close.
        self.driver.clone().leak().unwrap_or_default();
    }
}
