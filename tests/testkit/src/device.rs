//! A device without a browser, and somebody who decides about it elsewhere (RFC 8628).

use crate::answer::Answer;
use crate::apps::App;
use crate::browser::{Browser, form};
use crate::draft::Draft;
use crate::instance::Instance;
use crate::people::Person;
use crate::world::World;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

impl Instance {
    /// The request of a device for its codes.
    pub fn authorize_device(&self, app: &App, scope: &str) -> Draft {
        self.post("/oauth2/device_authorization").form([("scope", scope)]).by(app)
    }

    /// What a device asks again and again.
    pub fn poll_device(&self, app: &App, device_code: &str) -> Draft {
        let form = [("grant_type", GRANT_TYPE), ("device_code", device_code)];
        self.post("/oauth2/token").form(form).by(app)
    }
}

impl World {
    /// What `person` decides about the device that shows this code: `allow` or `deny`.
    pub async fn decide_device(&self, person: &Person, user_code: &str, decision: &str) -> Answer {
        let mut browser = self.signed_in(person).await;
        let consent = browser.enter_code(user_code).await;
        browser.decide(&consent, decision).await
    }
}

impl Browser {
    /// The page that follows when the code of a device is typed.
    pub async fn enter_code(&mut self, user_code: &str) -> Answer {
        let page = self.visit("/oauth2/device").await;
        self.submit(&form(&page).fill("user_code", user_code)).await
    }
}
