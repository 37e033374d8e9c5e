//! The store's ports on one DynamoDB table. A state change is one conditional write; no verdict reads an index
//! or trusts the TTL.

mod apis;
mod browser;
mod clients;
mod fault;
mod grants;
mod item;
mod keys;
mod limits;
mod people;
mod provision;
mod standing;
mod table;
mod tokens;

pub use table::DynamoStore;
