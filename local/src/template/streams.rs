//! Event source mappings: the `DynamoDB` events of functions.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::document::Template;
use super::intrinsics::scalar_text;
use super::{at, template_error};
use crate::StartError;

/// Properties without meaning on a laptop: there is nowhere to send what was given up (it is logged), nobody
/// measures, records do not grow old, and one batch at a time is in order within every key.
const IGNORED: [&str; 5] =
    ["DestinationConfig", "KmsKeyArn", "MaximumRecordAgeInSeconds", "MetricsConfig", "ParallelizationFactor"];

/// Lambda's default for DynamoDB streams.
const DEFAULT_BATCH: usize = 100;

/// Lambda's limits for `BatchSize` and `MaximumRetryAttempts`.
const MAX_BATCH: i64 = 10_000;
const MAX_RETRIES: i64 = 10_000;

/// Lambda's limit for `MaximumBatchingWindowInSeconds`.
const MAX_WINDOW: i64 = 300;

/// `StartingPosition`, for a mapping that has read nothing yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StartingPosition {
    /// The oldest record.
    TrimHorizon,
    /// Only what comes after the start.
    Latest,
}

/// A mapping, ready to start.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StreamSpec {
    /// The function's name in the template.
    pub(crate) function: String,
    /// The event's name.
    pub(crate) event: String,
    /// The stream.
    pub(crate) arn: String,
    /// Where to begin.
    pub(crate) start: StartingPosition,
    /// Records per invocation, at most.
    pub(crate) batch_size: usize,
    /// Whether the answer may name the record that failed.
    pub(crate) reports_items: bool,
    /// Whether a failed batch is split in two.
    pub(crate) bisect: bool,
    /// How often a record is tried again; nothing: until it succeeds.
    pub(crate) retries: Option<u32>,
    /// The filters' patterns; none: every record.
    pub(crate) patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Properties {
    stream: String,
    starting_position: StartingPosition,
    batch_size: Option<Value>,
    /// The longest wait for a full batch. Here nobody waits, which it allows.
    maximum_batching_window_in_seconds: Option<Value>,
    maximum_retry_attempts: Option<Value>,
    bisect_batch_on_function_error: Option<Value>,
    enabled: Option<Value>,
    #[serde(default)]
    function_response_types: Vec<ResponseType>,
    #[serde(default)]
    filter_criteria: FilterCriteria,
}

#[derive(Deserialize)]
enum ResponseType {
    ReportBatchItemFailures,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct FilterCriteria {
    #[serde(default)]
    filters: Vec<StreamFilter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct StreamFilter {
    pattern: String,
}

impl Template {
    /// The enabled mappings of every function. Call when tables are created: their streams are named by ARN.
    ///
    /// Fails on properties that are not known here, and on values that Lambda would refuse.
    pub(crate) fn streams(&self) -> Result<Vec<StreamSpec>, StartError> {
        let mut streams = Vec::new();
        for function in self.resources("AWS::Serverless::Function")? {
            let events = function.body.get("Properties").and_then(|properties| properties.get("Events"));
            for (name, event) in events.and_then(Value::as_object).into_iter().flatten() {
                if event.get("Type").and_then(Value::as_str) == Some("DynamoDB") {
                    let place = format!("Resources.{}.Events.{name}", function.id);
                    streams.extend(at(&place, self.stream(function.id, name, event))?);
                }
            }
        }
        Ok(streams)
    }

    fn stream(&self, function: &str, event: &str, body: &Value) -> Result<Option<StreamSpec>, StartError> {
        if !event.chars().all(|char| char.is_ascii_alphanumeric()) {
            return Err(template_error("an event's name has letters and digits only"));
        }
        let mut written = body.get("Properties").and_then(Value::as_object).cloned().unwrap_or_else(Map::new);
        written.retain(|name, _| !IGNORED.contains(&name.as_str()));
        let properties: Properties =
            serde_json::from_value(self.scope.resolve_some(&Value::Object(written))?)
                .map_err(|error| template_error(error.to_string()))?;
        let enabled = at("Enabled", boolean(properties.enabled.as_ref(), true))?;
        let spec = properties.mapping(function, event)?;
        Ok(Some(spec).filter(|_| enabled))
    }
}

impl Properties {
    fn mapping(self, function: &str, event: &str) -> Result<StreamSpec, StartError> {
        let window = self.maximum_batching_window_in_seconds.as_ref();
        at("MaximumBatchingWindowInSeconds", number(window, 0, MAX_WINDOW))?;
        let batch_size = at("BatchSize", number(self.batch_size.as_ref(), 1, MAX_BATCH))?;
        let retries = self.maximum_retry_attempts.as_ref();
        let retries = at("MaximumRetryAttempts", number(retries, -1, MAX_RETRIES))?;
        let bisect = self.bisect_batch_on_function_error.as_ref();
        Ok(StreamSpec {
            function: function.to_owned(),
            event: event.to_owned(),
            arn: self.stream,
            start: self.starting_position,
            batch_size: batch_size.and_then(|size| usize::try_from(size).ok()).unwrap_or(DEFAULT_BATCH),
            reports_items: !self.function_response_types.is_empty(),
            bisect: at("BisectBatchOnFunctionError", boolean(bisect, false))?,
            // -1 is Lambda's word for "without end".
            retries: retries.and_then(|retries| u32::try_from(retries).ok()),
            patterns: self.filter_criteria.filters.into_iter().map(|filter| filter.pattern).collect(),
        })
    }
}

/// A whole number, or a parameter that holds one; nothing stays nothing.
fn number(value: Option<&Value>, least: i64, most: i64) -> Result<Option<i64>, StartError> {
    let Some(value) = value else { return Ok(None) };
    let number = scalar_text(value)?.parse().ok().filter(|number| (least..=most).contains(number));
    number.map(Some).ok_or_else(|| template_error(format!("expected a whole number from {least} to {most}")))
}

/// A boolean, or a parameter that holds one.
fn boolean(value: Option<&Value>, default: bool) -> Result<bool, StartError> {
    let Some(value) = value else { return Ok(default) };
    scalar_text(value)?.parse().map_err(|_| template_error("expected true or false"))
}
