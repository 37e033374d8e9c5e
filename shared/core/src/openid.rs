//! What OpenID Connect Core adds to OAuth: who the user is, how they proved it, and what a client may ask about that.

mod claim;
mod claims_request;
mod client;
mod hint;
mod logout_uri;
mod profile;
mod prompt;
mod request;
mod subject;

pub use claim::Claim;
pub use claims_request::{ClaimsRequest, ParsedClaims, Wanted};
pub use client::{OpenIdClient, SubjectType};
pub(crate) use client::{owned_host, sector_of};
pub(crate) use hint::{Hint, read_hint, verify_hint};
pub use logout_uri::{LogoutUri, NotALogoutUri};
pub use profile::{Address, Profile};
pub use prompt::Prompt;
pub use request::{OpenIdGrant, OpenIdRequest, ResponseMode};
pub use subject::subject_of;

/// The one authentication context class (OpenID Connect Core section 2): a password, over TLS, no second factor.
pub const ACR_PASSWORD: &str = "urn:postern:acr:password";
/// How a password is called among authentication methods (RFC 8176 section 2).
pub const AMR_PASSWORD: &str = "pwd";
