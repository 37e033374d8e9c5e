//! The lean base of our AWS clients.
//!
//! No default chain: on Lambda, credentials, Region and endpoints are in the environment, so looking anywhere else
//! costs start-up time and can only find the wrong thing. Five embedded roots instead of the machine's store,
//! for the same two reasons: every AWS endpoint chains to them.

mod config;
mod environment;
mod https;
mod outage;

pub use config::{Service, sdk_config};
pub use environment::{AwsEnvironment, EnvironmentProblem, Misconfigured};
pub use outage::{Outage, classify, describe};
