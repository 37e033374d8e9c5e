//! The store's ports on one DynamoDB table. A state change is one conditional write; no verdict reads an index
//! or trusts the TTL.

mod activity;
mod admin;
mod apis;
mod assertions;
mod audit;
mod browser;
mod clients;
mod connections;
mod devices;
mod documents;
mod fault;
mod grants;
mod item;
mod keys;
mod limits;
mod logout_stream;
mod logouts;
mod pats;
mod people;
mod proofs;
mod provision;
mod pushed;
mod sessions;
mod sightings;
mod standing;
mod stream;
mod table;
mod tallies;
mod tokens;
mod usage;

pub use logout_stream::LogoutRecord;
pub use stream::{NotAnEvent, StreamRecord};
pub use table::DynamoStore;
