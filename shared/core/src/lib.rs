//! The protocol: OAuth 2.1 and OpenID Connect, free of AWS and of any Lambda event.
//!
//! | section | module |
//! |---|---|
//! | RFC 6749 section 2.3 client authentication | [`client`] |
//! | RFC 6749 section 3.1 authorization endpoint | [`authorize`] |
//! | RFC 6749 section 3.2 token endpoint | [`token`] |
//! | RFC 6750 bearer tokens, RFC 9068 access tokens | [`access`] |
//! | RFC 7009 revocation | [`revoke`] |
//! | RFC 7662 introspection | [`introspect`] |
//! | RFC 7591 and RFC 7592 client registration | [`register`] |
//! | RFC 7636 PKCE, RFC 8252 redirect URIs | [`param`] |
//! | RFC 8414 metadata, OpenID Connect Discovery | [`discovery`] |
//! | RFC 9449 proof of possession | [`dpop`] |
//! | OpenID Connect Core sections 2, 5 and 8: claims, subjects | [`openid`] |
//! | OpenID Connect Back-Channel Logout | [`backchannel`] |
//! | RFC 9728 protected resource metadata | [`protected_resource`] |
//! | OpenID Connect Core section 5.3 userinfo | [`userinfo`] |

pub mod access;
pub mod account;
pub mod activity;
pub mod admin;
pub mod api;
pub mod api_error;
pub mod audit;
pub mod authorize;
pub mod backchannel;
pub mod caller;
pub mod client;
pub mod clock;
pub mod connection;
pub mod credential;
pub mod deauthorize;
pub mod device;
pub mod discovery;
pub mod dpop;
pub mod entropy;
pub mod grant;
pub mod http;
pub mod id;
pub mod introspect;
pub mod invitation;
pub mod json_body;
pub mod keys;
pub mod label;
pub mod lifetime;
pub mod limit;
pub mod memory;
pub mod network;
pub mod openid;
pub mod outage;
pub mod outbound;
pub mod param;
pub mod pat;
pub mod posted_form;
mod presented_token;
pub mod protected_resource;
mod query;
pub mod register;
pub mod revoke;
pub mod server;
pub mod session;
pub mod settings;
pub mod standing;
pub mod store;
pub mod tenant;
pub mod token;
pub mod userinfo;
pub mod watch;
pub mod wire;
