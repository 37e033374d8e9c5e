//! Faults at every AWS call of a flow: the calls are counted, not listed, so that a new one cannot be forgotten.

use postern_local::{Fault, FaultKind, Moment, Service};

use crate::world::World;

/// One AWS call of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The endpoint.
    pub service: Service,
    /// The operation.
    pub operation: String,
    /// How many calls of the same operation come before it.
    pub nth: u32,
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blow {
    /// What the caller sees.
    pub kind: FaultKind,
    /// Whether the effect took place.
    pub moment: Moment,
    /// How many attempts it strikes; the SDK makes three.
    pub times: u32,
}

impl Blow {
    /// Throttling for good, an error before the effect, one after it, and silence after it for good: "for good" is
    /// all three attempts of the SDK.
    pub fn all() -> [Self; 4] {
        let blow = |kind, moment, times| Self { kind, moment, times };
        [
            blow(FaultKind::Throttle, Moment::BeforeEffect, 3),
            blow(FaultKind::InternalError, Moment::BeforeEffect, 1),
            blow(FaultKind::InternalError, Moment::AfterEffect, 1),
            blow(FaultKind::DropConnection, Moment::AfterEffect, 3),
        ]
    }
}

impl World {
    /// Strikes the calls at `site`, from now on.
    pub fn strike(&self, site: &Site, blow: Blow) {
        let Blow { kind, moment, times } = blow;
        let (service, operation) = (site.service, site.operation.clone());
        self.faults().inject(Fault { service, operation, skip: site.nth, times, moment, kind });
    }

    /// How many calls of an operation were made so far.
    pub fn calls(&self, service: Service, operation: &str) -> u64 {
        self.faults().count(service, operation)
    }

    /// Every AWS call that `flow` makes.
    pub async fn sites<T>(&self, flow: impl Future<Output = T>) -> (Vec<Site>, T) {
        let before = self.faults().counts();
        let outcome = flow.await;
        let mut sites = Vec::new();
        for (service, operation, count) in self.faults().counts() {
            let earlier = before.iter().find(|(a, b, _)| *a == service && *b == operation);
            let made = count - earlier.map_or(0, |(_, _, count)| *count);
            for nth in 0..u32::try_from(made).unwrap_or(u32::MAX) {
                sites.push(Site { service, operation: operation.clone(), nth });
            }
        }
        (sites, outcome)
    }
}
