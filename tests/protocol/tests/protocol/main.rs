//! The protocol suite: one module per noun, one test per clause. A name like `c03` is the row of the attack table
//! that the test answers.

#![cfg(test)]

mod access_token;
mod account_connections;
mod admin;
mod audience;
mod audit;
mod authorize;
mod authorizer_events;
mod browser_binding;
mod client_authentication;
mod code;
mod code_race;
mod connect;
mod connected_account;
mod connection;
mod connection_rights;
mod consent;
mod consent_memory;
mod deadline;
mod discovery;
mod dpop;
mod error_pages;
mod faults;
mod forged_tokens;
mod formats;
mod housekeeping;
mod id_token;
mod introspection;
mod last_use;
mod limits;
mod login;
mod login_throttle;
mod matrix;
mod pages;
mod pats;
mod pats_bodies;
mod pats_elsewhere;
mod pats_in_use;
mod permission;
mod pkce;
mod pushed_requests;
mod redirect_uri;
mod refresh;
mod refresh_race;
mod revocation;
mod revocation_latency;
mod rotation;
mod rotation_model;
mod secrets;
mod standing;
mod userinfo;
