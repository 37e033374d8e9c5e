//! The protocol suite: one module per noun, one test per clause. A name like `c03` is the row of the attack table
//! that the test answers.

#![cfg(test)]

mod authorize;
mod browser_binding;
mod client_authentication;
mod code;
mod code_race;
mod consent;
mod consent_memory;
mod formats;
mod login;
mod login_throttle;
mod pages;
mod pkce;
mod redirect_uri;
mod refresh;
mod refresh_race;
mod rotation;
mod rotation_model;
