//! Which OpenAPI it is.

use crate::node::Node;
use crate::problem::{Place, Problems, quoted};

/// Passes OpenAPI 3.0 and 3.1; [`Problems`] for all else, by name: nothing in such a document can be trusted to mean what
/// it seems to.
pub(crate) fn verify(root: &Node<'_>) -> Result<(), Problems> {
    if let Some(swagger) = root.member("swagger") {
        return Err(Problems::only(swagger.at, "this is Swagger 2: convert it to OpenAPI 3.1 first"));
    }
    let Some(version) = root.get("openapi") else {
        return Err(Problems::only(Place::START, "no member `openapi`: this is no OpenAPI document"));
    };
    let Some(text) = version.text() else {
        return Err(Problems::only(version.at, "`openapi` must be a text, such as \"3.1.0\""));
    };
    let patch = text.strip_prefix("3.0.").or_else(|| text.strip_prefix("3.1."));
    if patch.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit())) {
        return Ok(());
    }
    Err(Problems::only(version.at, format!("OpenAPI {} is not read here: 3.0.x and 3.1.x are", quoted(text))))
}
