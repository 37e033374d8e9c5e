//! What a function's answer means for its batch.

use bytes::Bytes;
use serde_json::Value;

use super::record::Record;
use crate::runtime::InvokeError;

/// The fate of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Every record is dealt with.
    Done,
    /// Every record before this index is.
    DoneBefore(usize),
    /// None is.
    Failed,
}

/// Judges an answer. With `reports_items` (`ReportBatchItemFailures`), the answer may name failed records.
///
/// As Lambda does: no answer, `null` and an empty list mean success; the failed record that comes first counts; a name
/// that is missing, empty or of no record of the batch fails the batch.
pub(super) fn judge(answer: &Result<Bytes, InvokeError>, records: &[Record], reports_items: bool) -> Verdict {
    let Ok(body) = answer else { return Verdict::Failed };
    if !reports_items || body.is_empty() {
        return Verdict::Done;
    }
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return Verdict::Failed };
    match body.get("batchItemFailures") {
        None | Some(Value::Null) => Verdict::Done,
        Some(Value::Array(failures)) => first_failure(failures, records),
        Some(_) => Verdict::Failed,
    }
}

fn first_failure(failures: &[Value], records: &[Record]) -> Verdict {
    let index = |failure: &Value| {
        let named = failure.get("itemIdentifier")?.as_str()?;
        records.iter().position(|record| record.sequence == named)
    };
    let Some(indices) = failures.iter().map(index).collect::<Option<Vec<_>>>() else {
        return Verdict::Failed;
    };
    match indices.into_iter().min() {
        None => Verdict::Done,
        Some(0) => Verdict::Failed,
        Some(index) => Verdict::DoneBefore(index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let records = ["7", "8", "9"].map(|sequence| Record { sequence: sequence.into(), json: "{}".into() });
        let judged = |body: &str| judge(&Ok(Bytes::from(body.to_owned())), &records, true);
        for success in ["", "null", "{}", r#"{"batchItemFailures":null}"#, r#"{"batchItemFailures":[]}"#] {
            assert_eq!(judged(success), Verdict::Done, "{success}");
        }
        let partial = r#"{"batchItemFailures":[{"itemIdentifier":"9"},{"itemIdentifier":"8"}]}"#;
        assert_eq!(judged(partial), Verdict::DoneBefore(1));
        for failure in [
            "no JSON",
            r#"{"batchItemFailures":{}}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"7"}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"itemidentifier":"8"}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"8"},{"itemIdentifier":"1"}]}"#,
        ] {
            assert_eq!(judged(failure), Verdict::Failed, "{failure}");
        }
        assert_eq!(judge(&Ok(Bytes::from(partial)), &records, false), Verdict::Done);
        assert_eq!(judge(&Err(InvokeError::TimedOut), &records, true), Verdict::Failed);
    }
}
