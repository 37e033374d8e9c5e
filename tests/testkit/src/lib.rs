//! The harness of the protocol suite: the deployed code in one process, with a real table and real keys.
//!
//! A [`World`] is one deployment: DynamoDB and KMS endpoints in memory, keys as `postern bootstrap` writes them,
//! some tenants, people and apps, a clock that moves only when told, and randomness from a seed. Requests go to the
//! functions that the Lambdas call, through the same adapters. Nothing of ours is replaced by a double.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a harness has no caller to answer to: what goes wrong in it fails the test, by panicking"
)]

mod answer;
mod apis;
mod apps;
mod ask;
mod browser;
mod changes;
mod client_key;
mod clock;
mod connect;
mod device;
mod documented;
mod draft;
mod entropy;
mod faults;
mod flow;
mod forge;
mod gate;
mod gateway;
mod html;
mod instance;
mod invite;
mod keys;
mod laptop;
mod log;
mod logouts;
mod member;
mod operator;
mod patience;
mod people;
mod prover;
mod table;
mod trail;
mod web;
mod world;

pub use answer::{Answer, assert_error, assert_page, assert_unavailable};
pub use apps::{App, Apps};
pub use ask::{Ask, VERIFIER};
pub use browser::{Browser, Jar};
pub use client_key::ClientKey;
pub use clock::{FixedClock, START};
pub use connect::Connected;
pub use documented::Operation;
pub use draft::Draft;
pub use entropy::SeededEntropy;
pub use faults::{Blow, Site};
pub use flow::{Code, Tokens};
pub use forge::{Forge, claims_of, header_of};
pub use gate::{Decision, Gate, event, request};
pub use html::Form;
pub use instance::Instance;
pub use invite::Reply;
pub use log::CapturedLog;
pub use member::MadePat;
pub use people::{PASSWORD, People, Person, Tenants};
pub use prover::Prover;
pub use web::Web;
pub use world::{ACCOUNT_HEADER, ISSUER, Plan, World};
