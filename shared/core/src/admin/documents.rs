//! OpenAPI documents, as this API needs them: the compiler is given to it.

use serde::Serialize;
use serde_json::Value;

use crate::api::Api;

/// Reads OpenAPI documents, YAML or JSON.
pub trait Documents: Send + Sync {
    /// The API that a document describes, for `audience` where one is given, whatever the document says. All problems
    /// otherwise, in order of line.
    fn compile(&self, document: &str, audience: Option<&str>) -> Result<Api, Vec<Problem>>;

    /// The document of the API with this audience, with the scopes that each operation needs (R21). All problems otherwise.
    fn reference(&self, document: &str, audience: &str) -> Result<Value, Vec<Problem>>;

    /// Line and column, from 1, of each of these operations, told by method and path; `None` where the document has no such
    /// operation.
    fn places(&self, document: &str, operations: &[(&str, &str)]) -> Vec<Option<(usize, usize)>>;
}

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong and how to mend it, in one line.
    pub reason: String,
}
