//! A function for the tests of stream delivery: prints each event with its own verdict on it. It fails as the items'
//! attribute `wish` says: `fail 2` fails the whole batch, `report 2` names the record, each for the first two times.
//! With `MOOD=down` it fails always.

use std::collections::BTreeMap;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};
use tokio::sync::Mutex;

/// What one process knows.
struct Function {
    down: bool,
    /// How often each record was looked at, by `eventID`.
    seen: Mutex<BTreeMap<String, u32>>,
}

/// A wish that comes true.
#[derive(Clone, Copy, PartialEq)]
enum Failure {
    Whole,
    From(usize),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let down = std::env::vars().any(|(name, value)| name == "MOOD" && value == "down");
    let function = Function { down, seen: Mutex::default() };
    run(service_fn(|event| function.answer(event))).await
}

impl Function {
    async fn answer(&self, event: LambdaEvent<Value>) -> Result<Value, Error> {
        let event = event.payload;
        let records = event.get("Records").and_then(Value::as_array).cloned().unwrap_or_default();
        let failure = self.failure(&records).await;
        let done = match failure {
            None => records.len(),
            Some(Failure::Whole) => 0,
            Some(Failure::From(index)) => index,
        };
        println!("{}", json!({ "done": done, "event": event }));
        match failure {
            None => Ok(Value::Null),
            Some(Failure::Whole) => Err("as you wished".into()),
            Some(Failure::From(index)) => {
                let named = records.get(index).and_then(|record| record.pointer("/dynamodb/SequenceNumber"));
                Ok(json!({ "batchItemFailures": [{ "itemIdentifier": named }] }))
            }
        }
    }

    /// The first wish to fail that is still open.
    async fn failure(&self, records: &[Value]) -> Option<Failure> {
        if self.down {
            return Some(Failure::Whole);
        }
        let mut seen = self.seen.lock().await;
        for (index, record) in records.iter().enumerate() {
            let text = |path| record.pointer(path).and_then(Value::as_str).unwrap_or_default();
            let times = seen.entry(text("/eventID").to_owned()).or_default();
            *times += 1;
            let (how, wanted) = text("/dynamodb/NewImage/wish/S").split_once(' ').unwrap_or_default();
            if *times <= wanted.parse().unwrap_or(0) {
                return Some(if how == "fail" { Failure::Whole } else { Failure::From(index) });
            }
        }
        None
    }
}
