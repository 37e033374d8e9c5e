//! Clients that are what a document says of them (draft-ietf-oauth-client-id-metadata-document): their identifier is the
//! URL of a metadata document, which is fetched when somebody comes to sign in, and kept in the table as a client. Token
//! endpoint, authorizer and pages read that copy and fetch nothing.

mod error;
mod fetch;
mod identifier;
mod read;

pub use error::DocumentError;
pub(crate) use fetch::load_client;
pub use identifier::DocumentUrl;
