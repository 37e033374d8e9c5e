//! The files that tell others about the stack.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::StackOptions;
use crate::StartError;
use crate::whole_file::write_whole;

/// Writes the outputs and the environment where the options say. Fails as the system does.
pub(super) fn write(
    options: &StackOptions,
    outputs: &BTreeMap<String, String>,
    environment: &BTreeMap<String, String>,
) -> Result<(), StartError> {
    if let Some(path) = &options.outputs_file {
        let list: Vec<Value> =
            outputs.iter().map(|(key, value)| json!({ "OutputKey": key, "OutputValue": value })).collect();
        write_whole(path, &format!("{:#}\n", Value::Array(list)))?;
    }
    if let Some(path) = &options.env_file {
        let mut lines = String::new();
        for (name, value) in environment {
            writeln!(lines, "{name}={value}").unwrap_or_default();
        }
        write_whole(path, &lines)?;
    }
    Ok(())
}
