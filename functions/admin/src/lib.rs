//! The compiler of OpenAPI documents, as the admin API uses it.

use postern_core::admin::{Documents, Problem};
use postern_core::api::Api;
use postern_openapi::Problems;
use serde_json::Value;

/// Reads OpenAPI 3.0 and 3.1, YAML or JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenApi;

impl Documents for OpenApi {
    fn compile(&self, document: &str, audience: Option<&str>) -> Result<Api, Vec<Problem>> {
        let loaded = match audience {
            Some(audience) => postern_openapi::load_for(document, audience),
            None => postern_openapi::load(document),
        };
        loaded.map(|loaded| loaded.api).map_err(|problems| listed(&problems))
    }

    fn reference(&self, document: &str, audience: &str) -> Result<Value, Vec<Problem>> {
        postern_openapi::reference_for(document, audience).map_err(|problems| listed(&problems))
    }

    fn places(&self, document: &str, operations: &[(&str, &str)]) -> Vec<Option<(usize, usize)>> {
        postern_openapi::places(document, operations)
    }
}

fn listed(problems: &Problems) -> Vec<Problem> {
    let problem = |it: &postern_openapi::Problem| Problem {
        line: it.line,
        column: it.column,
        reason: it.reason.clone(),
    };
    problems.iter().map(problem).collect()
}
