//! Faults on demand: throttle, fail, delay or drop the Nth call of an operation, before or after its effect.

mod layer;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use layer::around;

/// One of the two AWS endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// `DynamoDB_20120810`.
    DynamoDb,
    /// `TrentService`.
    Kms,
}

/// When a fault strikes, relative to the operation's effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// The operation is not carried out (a delay: it is carried out late).
    BeforeEffect,
    /// The operation is carried out and its answer is lost.
    AfterEffect,
}

/// What the caller sees instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// `ProvisionedThroughputExceededException` (DynamoDB) or `ThrottlingException` (KMS), status 400.
    Throttle,
    /// `TransactionCanceledException` since another transaction has an item at this moment, of a transaction at DynamoDB.
    /// The embedded one runs them one by one, so that none ever says so by itself.
    TransactionConflict,
    /// `InternalServerError` (DynamoDB) or `KMSInternalException` (KMS), status 500.
    InternalError,
    /// The connection closes without an answer.
    DropConnection,
    /// The true answer, this many milliseconds later.
    Delay(u64),
}

/// A fault to inject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The endpoint.
    pub service: Service,
    /// The operation's name on the wire, such as `UpdateItem` or `Sign`.
    pub operation: String,
    /// How many calls pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many calls it strikes after those.
    #[serde(default = "once")]
    pub times: u32,
    /// Before or after the effect.
    pub moment: Moment,
    /// What the caller sees.
    pub kind: FaultKind,
}

fn once() -> u32 {
    1
}

/// The faults in force at both endpoints, and the count of calls each operation got. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    armed: Vec<Fault>,
    calls: BTreeMap<(Service, String), u64>,
}

impl Faults {
    /// Arms one fault. Several on one operation each see every call; the first that is due strikes.
    pub fn inject(&self, fault: Fault) {
        self.plan().armed.push(fault);
    }

    /// Disarms every fault. The counts stay.
    pub fn clear(&self) {
        self.plan().armed.clear();
    }

    /// How many calls of `operation` arrived at `service`, struck ones included.
    pub fn count(&self, service: Service, operation: &str) -> u64 {
        self.plan().calls.get(&(service, operation.to_owned())).copied().unwrap_or(0)
    }

    /// Every count, in order of service and operation.
    pub fn counts(&self) -> Vec<(Service, String, u64)> {
        self.plan().calls.iter().map(|((service, name), n)| (*service, name.clone(), *n)).collect()
    }

    /// Counts a call and returns the fault that strikes it, if any.
    pub(crate) fn next_call(&self, service: Service, operation: &str) -> Option<(Moment, FaultKind)> {
        let mut plan = self.plan();
        *plan.calls.entry((service, operation.to_owned())).or_default() += 1;
        let strike = plan.strike(service, operation);
        plan.armed.retain(|fault| fault.times > 0);
        strike
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    fn strike(&mut self, service: Service, operation: &str) -> Option<(Moment, FaultKind)> {
        let mut strike = None;
        for fault in &mut self.armed {
            if fault.service != service || fault.operation != operation {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if strike.is_none() && fault.times > 0 {
                fault.times -= 1;
                strike = Some((fault.moment, fault.kind));
            }
        }
        strike
    }
}

impl FaultKind {
    /// A delay of `duration`, in whole milliseconds.
    pub fn delay(duration: Duration) -> Self {
        Self::Delay(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(skip: u32, times: u32, kind: FaultKind) -> Fault {
        let moment = Moment::BeforeEffect;
        Fault { service: Service::Kms, operation: "Sign".into(), skip, times, moment, kind }
    }

    #[test]
    fn strikes_the_nth_call_and_then_no_more() {
        let faults = Faults::default();
        faults.inject(fault(1, 2, FaultKind::Throttle));
        let struck: Vec<bool> = (0..5).map(|_| faults.next_call(Service::Kms, "Sign").is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert_eq!(faults.count(Service::Kms, "Sign"), 5);
    }

    #[test]
    fn other_operations_and_services_pass() {
        let faults = Faults::default();
        faults.inject(fault(0, 1, FaultKind::Throttle));
        assert_eq!(faults.next_call(Service::Kms, "Decrypt"), None);
        assert_eq!(faults.next_call(Service::DynamoDb, "Sign"), None);
        faults.clear();
        assert_eq!(faults.next_call(Service::Kms, "Sign"), None);
    }

    #[test]
    fn the_control_endpoints_json_form() {
        let fault: Fault = serde_json::from_str(
            r#"{"service":"dynamodb","operation":"UpdateItem","moment":"after-effect","kind":{"delay":250}}"#,
        )
        .unwrap();
        assert_eq!((fault.skip, fault.times, fault.kind), (0, 1, FaultKind::Delay(250)));
    }
}
