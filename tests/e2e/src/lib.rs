//! A deployment of the real binaries for each test, and the two who use it: an app and a person with a browser.
//!
//! Everything goes over HTTP. Nothing here shares code with the server, so that both cannot be wrong together.

mod app;
mod demo;
mod deployment;
mod fapi;
mod foreign;
mod http;
mod key_server;
mod pkce;
mod publisher;
mod shell;
mod tls;
mod visitor;

pub use app::{App, Authorization, Tokens, parameter};
pub use demo::{Demo, DemoClient, DemoClients, DemoTenant, DemoUser};
pub use deployment::{Deployment, binaries};
pub use fapi::{Bank, Key};
pub use foreign::Foreign;
pub use http::{Answer, Http};
pub use key_server::KeyServer;
pub use pkce::Pkce;
pub use publisher::Publisher;
pub use shell::{Ran, Shell};
pub use visitor::{Visitor, hidden_fields};

/// Any error, told by its text.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
/// What everything here returns.
pub type Outcome<T = ()> = Result<T, Failure>;
