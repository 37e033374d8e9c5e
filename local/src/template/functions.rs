//! `AWS::Serverless::Function`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::document::{Resource, Template};
use super::intrinsics::scalar_text;
use super::scope::Physical;
use super::{REGION, at, template_error};
use crate::StartError;
use crate::kms::ACCOUNT;

/// Properties without meaning on a laptop.
const IGNORED: [&str; 25] = [
    "Architectures",
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "DeadLetterConfig",
    "DeploymentPreference",
    "Description",
    "EphemeralStorage",
    "EventInvokeConfig",
    "Events",
    "Handler",
    "KmsKeyArn",
    "LoggingConfig",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "ProvisionedConcurrencyConfig",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "Role",
    "RolePath",
    "Runtime",
    "SnapStart",
    "Tags",
    "Tracing",
    "VpcConfig",
];

/// A function, ready to start.
#[derive(Debug, Clone)]
pub(crate) struct FunctionSpec {
    /// Its name in the template.
    pub(crate) id: String,
    /// Its name at Lambda.
    pub(crate) name: String,
    /// The file to run, inside the functions' folder.
    pub(crate) binary: String,
    /// How long one invocation may take.
    pub(crate) timeout: Duration,
    /// In megabytes; reported to the function, not enforced.
    pub(crate) memory: u32,
    /// The template's environment variables.
    pub(crate) environment: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    code_uri: Option<String>,
    function_name: Option<String>,
    #[serde(default = "default_timeout")]
    timeout: u64,
    #[serde(default = "default_memory")]
    memory_size: u32,
    #[serde(default)]
    environment: Environment,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Environment {
    #[serde(default)]
    variables: BTreeMap<String, Value>,
}

/// Lambda's default, in seconds.
fn default_timeout() -> u64 {
    3
}

/// Lambda's default, in megabytes.
fn default_memory() -> u32 {
    128
}

impl Template {
    /// Gives every function its name and ARN. Call before [`Template::functions`], whose environments may use them.
    pub(crate) fn define_functions(&mut self) -> Result<(), StartError> {
        let mut names = Vec::new();
        for function in self.resources("AWS::Serverless::Function")? {
            names.push((function.id.to_owned(), self.function_name(&function)?));
        }
        for (id, name) in names {
            let arn = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}");
            let live = format!("{arn}:live");
            let physical = Physical::new(name, "Arn", arn).with("Alias", live.clone()).with("Version", live);
            self.define(&id, physical);
        }
        Ok(())
    }

    fn function_name(&self, function: &Resource<'_>) -> Result<String, StartError> {
        match function.body.get("Properties").and_then(|properties| properties.get("FunctionName")) {
            Some(name) => at(function.id, self.scope.resolve_some(name).and_then(|name| scalar_text(&name))),
            None => Ok(function.id.to_owned()),
        }
    }

    /// Every function with its environment resolved. Fails on properties that are not known here.
    pub(crate) fn functions(&self) -> Result<Vec<FunctionSpec>, StartError> {
        let functions = self.resources("AWS::Serverless::Function")?;
        functions
            .iter()
            .map(|function| at(&format!("Resources.{}", function.id), self.function(function)))
            .collect()
    }

    fn function(&self, function: &Resource<'_>) -> Result<FunctionSpec, StartError> {
        let properties: Properties = serde_json::from_value(self.properties(function, &IGNORED)?)
            .map_err(|error| template_error(error.to_string()))?;
        let mut environment = BTreeMap::new();
        for (name, value) in &properties.environment.variables {
            environment.insert(name.clone(), at(name, scalar_text(value))?);
        }
        Ok(FunctionSpec {
            id: function.id.to_owned(),
            name: properties.function_name.unwrap_or_else(|| function.id.to_owned()),
            binary: binary(function, properties.code_uri.as_deref())?,
            timeout: Duration::from_secs(properties.timeout),
            memory: properties.memory_size,
            environment,
        })
    }
}

/// `Metadata.BuildProperties.Binary`, else the last part of `CodeUri`.
fn binary(function: &Resource<'_>, code_uri: Option<&str>) -> Result<String, StartError> {
    let metadata =
        function.body.get("Metadata").and_then(|metadata| metadata.get("BuildProperties")?.get("Binary"));
    let named = metadata.and_then(Value::as_str);
    let folder = code_uri.and_then(|uri| uri.trim_end_matches('/').rsplit('/').next());
    let binary = named.or(folder).filter(|name| !name.is_empty() && *name != ".");
    binary
        .map(str::to_owned)
        .ok_or_else(|| template_error("neither BuildProperties.Binary nor CodeUri names a binary"))
}
