//! The API's gateway, as far as the authorizer sees it.

use authorizer_decision::{Authorizer, Event, Failure};
use postern_core::caller::Caller;
use postern_dynamodb::DynamoStore;
use serde_json::{Value, json};

use crate::world::ACCOUNT_HEADER;

/// The authorizer, and the events by which gateways call it.
pub struct Gate(Authorizer<DynamoStore>);

/// What the gateway makes of the authorizer's answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// The request passes; the whole answer.
    Allowed(Value),
    /// 403; the whole answer.
    Refused(Value),
    /// 401.
    Unauthorized,
    /// 500, which no gateway caches.
    Fault,
}

impl Decision {
    /// `allowed`, `unauthorized`, `fault`, or the name of the refusal.
    pub fn name(&self) -> &str {
        match self {
            Self::Allowed(_) => "allowed",
            Self::Refused(answer) => answer["context"]["error"].as_str().unwrap_or_default(),
            Self::Unauthorized => "unauthorized",
            Self::Fault => "fault",
        }
    }

    /// What the authorizer says to the backend of an allowed request.
    pub(crate) fn caller(&self) -> Option<Caller> {
        let Self::Allowed(answer) = self else { return None };
        Caller::from_context(|name| answer["context"][name].as_str())
    }
}

impl Gate {
    pub(crate) const fn new(authorizer: Authorizer<DynamoStore>) -> Self {
        Self(authorizer)
    }

    /// A request for a route as an HTTP API describes it, with this access token.
    pub async fn call(&self, route: &str, token: &str) -> Decision {
        self.decide(&request(route, token)).await
    }

    /// The same, with the account header.
    pub async fn call_for(&self, route: &str, token: &str, account: &str) -> Decision {
        let mut event = request(route, token);
        event["headers"][ACCOUNT_HEADER.to_lowercase()] = json!(account);
        self.decide(&event).await
    }

    /// Any event.
    pub async fn decide(&self, event: &Value) -> Decision {
        let event: Event = serde_json::from_value(event.clone()).expect("an event");
        match Box::pin(self.0.authorize(&event)).await {
            Err(Failure::Unauthorized) => Decision::Unauthorized,
            Err(Failure::Fault) => Decision::Fault,
            Ok(answer) => {
                let answer = serde_json::to_value(answer).expect("JSON");
                match answer["policyDocument"]["Statement"][0]["Effect"].as_str() {
                    Some("Allow") => Decision::Allowed(answer),
                    _ => Decision::Refused(answer),
                }
            }
        }
    }
}

/// A request for a route as an HTTP API describes it, with this access token.
pub fn request(route: &str, token: &str) -> Value {
    let mut event = event("http-2.0");
    let (method, resource) = route.split_once(' ').expect("a method and a resource");
    event["routeKey"] = json!(route);
    event["requestContext"]["http"]["method"] = json!(method);
    event["routeArn"] =
        json!(format!("arn:aws:execute-api:us-east-1:123456789012:api/$default/{method}{resource}"));
    event["headers"]["authorization"] = json!(format!("Bearer {token}"));
    event
}

/// An event as AWS documents it: `rest-token`, `rest-request`, `http-1.0`, `http-2.0` or `websocket`.
pub fn event(name: &str) -> Value {
    let text = match name {
        "rest-token" => include_str!("../events/rest-token.json"),
        "rest-request" => include_str!("../events/rest-request.json"),
        "http-1.0" => include_str!("../events/http-1.0.json"),
        "http-2.0" => include_str!("../events/http-2.0.json"),
        "websocket" => include_str!("../events/websocket.json"),
        _ => panic!("no event {name}"),
    };
    serde_json::from_str(text).expect("JSON")
}
