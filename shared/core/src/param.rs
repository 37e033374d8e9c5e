//! Parameters, parsed at the door: each becomes a type whose only constructor knows the grammar.

mod form;
mod pkce;
mod redirect_uri;
mod scope;

pub use form::{ParameterError, Parameters};
pub use pkce::{CodeChallenge, CodeVerifier, PkceVerified, PresentedVerifier};
pub(crate) use redirect_uri::is_loopback;
pub use redirect_uri::{RedirectMatched, RedirectUri, RedirectUriError};
pub use scope::{Scope, ScopeError, ScopeSet};
