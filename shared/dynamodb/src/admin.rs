//! What administrators read and change: lists, and changes that name the state that they start from.

mod apis;
mod clients;
mod invitations;
mod list;
mod members;
mod passwords;
mod registrations;
mod tenants;
mod transaction;
mod users;

pub(crate) use clients::{in_lists as client_in_lists, swept_after};
pub(crate) use transaction::{VERSION, versioned};
