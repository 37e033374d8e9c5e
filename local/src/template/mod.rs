//! A reader of SAM templates: as much of the language as this project uses, and a loud error for the rest.

mod api;
mod authorizers;
mod conditions;
mod document;
mod events;
mod functions;
mod intrinsics;
mod parameters;
mod rest_settings;
mod scope;
mod streams;
mod substitution;
#[cfg(test)]
mod tests;
mod yaml;

pub(crate) use api::{ApiKind, ApiSpec, HttpCors, Route};
pub(crate) use authorizers::{AuthorizerKind, AuthorizerSpec, IdentitySource};
pub(crate) use document::{Resource, Template};
pub(crate) use functions::FunctionSpec;
pub(crate) use rest_settings::GatewayResponseSpec;
pub(crate) use scope::Physical;
pub(crate) use streams::{StartingPosition, StreamSpec};

use crate::StartError;

/// The Region that everything local lives in.
pub(crate) const REGION: &str = "us-east-1";

/// The stack's name.
pub(crate) const STACK_NAME: &str = "postern-local";

/// A template error.
pub(crate) fn template_error(message: impl Into<String>) -> StartError {
    StartError::Template(message.into())
}

/// Says where an error happened.
pub(crate) fn at<T>(place: &str, result: Result<T, StartError>) -> Result<T, StartError> {
    result.map_err(|error| match error {
        StartError::Template(message) => StartError::Template(format!("{place}: {message}")),
        other => other,
    })
}
