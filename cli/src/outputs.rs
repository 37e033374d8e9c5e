//! A stack's outputs: where the deployment is.

use std::path::Path;

use postern_jose::Algorithm;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    output_key: String,
    output_value: String,
}

/// What we need of them.
pub(crate) struct Outputs {
    pub(crate) table: String,
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) api: String,
    pub(crate) api_rest: String,
    pub(crate) account_header: String,
    pub(crate) signing_key: String,
    pub(crate) signing_algorithm: Algorithm,
    pub(crate) wrapping_key: String,
}

impl Outputs {
    /// Reads the file; an error names the file, or the first output that is missing.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let outputs: Vec<Output> =
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let get = |key: &str| {
            let found = outputs.iter().find(|output| output.output_key == key);
            found
                .map(|output| output.output_value.clone())
                .ok_or_else(|| format!("the stack has no output {key}"))
        };
        let algorithm = get("SigningAlgorithm")?;
        Ok(Self {
            table: get("TableName")?,
            issuer: get("Issuer")?,
            audience: get("Audience")?,
            api: get("ApiUrl")?,
            api_rest: get("RestApiUrl")?,
            account_header: get("AccountHeader")?,
            signing_key: get("SigningKeyArn")?,
            signing_algorithm: algorithm
                .parse()
                .map_err(|_| format!("{algorithm} is no signing algorithm"))?,
            wrapping_key: get("WrappingKeyArn")?,
        })
    }
}
