//! From where a credential has been used, that is kept where its holder stays.

use serde::{Deserialize, Serialize};

use crate::audit::SeenNetworks;
use crate::clock::Timestamp;

/// The networks of one credential. A new one is unusual, and told once a day at most: whoever works from many networks
/// fills no log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sightings {
    /// The latest last.
    pub networks: SeenNetworks,
    /// The last day on which one was told of: its first second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_on: Option<Timestamp>,
}

impl Sightings {
    /// These and a use from `network` at `now`, and whether that is to be told.
    #[must_use]
    pub fn with(&self, network: &str, now: Timestamp) -> (Self, bool) {
        let today = Some(now.day());
        let is_told = self.networks.is_new(Some(network)) && self.raised_on < today;
        let networks = self.networks.with(Some(network));
        (Self { networks, raised_on: if is_told { today } else { self.raised_on } }, is_told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_network_is_told_once_a_day() {
        let at = |day: u64| Timestamp::from_secs(day * 86_400 + 7);
        let mut seen = Sightings::default();
        for (network, day, told) in [
            ("a", 1, false),
            ("b", 1, true),
            ("c", 1, false),
            ("a", 2, false),
            ("c", 2, false),
            ("d", 2, true),
        ] {
            let (next, is_told) = seen.with(network, at(day));
            assert_eq!(is_told, told, "{network} on day {day}");
            seen = next;
        }
        assert_eq!(seen.raised_on, Some(at(2).day()));
    }
}
