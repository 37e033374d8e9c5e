//! Back-channel logout in a world: the stream goes through the function that is deployed.

use logout_delivery::{Batch, deliver_all};
use serde_json::{Value, json};

use crate::instance::Instance;
use crate::world::World;

/// Records of one delivery, as in the template.
const BATCH: usize = 25;

impl Instance {
    /// Delivers records to this process's function; gives its answer. Where the function waits, time passes.
    pub async fn deliver_logouts(&self, records: &[Value]) -> Value {
        let batch: Batch = serde_json::from_value(json!({ "Records": records })).expect("a batch");
        let (server, clock) = self.server();
        let wait = async |pause: std::time::Duration| clock.advance(pause.as_secs());
        let answer = deliver_all(server, &batch, wait).await;
        serde_json::to_value(answer).expect("JSON")
    }
}

impl World {
    /// Brings every client to the point where it was told, or given up. What was delivered before is delivered again.
    pub async fn tell_clients(&self) {
        self.tell_clients_after(&mut 0).await;
    }

    /// The same from this place in the stream on; afterwards it is the end.
    pub async fn tell_clients_after(&self, done: &mut usize) {
        loop {
            let records = self.stream().await;
            let news = records.get(*done..).unwrap_or_default();
            if news.is_empty() {
                return;
            }
            for batch in news.chunks(BATCH) {
                assert_eq!(self.deliver_logouts(batch).await, json!({ "batchItemFailures": [] }));
            }
            *done = records.len();
        }
    }
}
