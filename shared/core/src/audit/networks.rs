//! The networks from which a grant was used: a new one is worth a signal (S15).

use serde::{Deserialize, Serialize};

/// Most networks that a grant remembers; the one that was seen first goes first.
const MAX_NETWORKS: usize = 5;

/// Networks in the form of [`super::Event::network`], the latest last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeenNetworks(Vec<String>);

impl SeenNetworks {
    /// These networks and the one of a new use.
    #[must_use]
    pub fn with(&self, network: Option<&str>) -> Self {
        let Some(network) = network.filter(|network| !self.contains(network)) else { return self.clone() };
        let skipped = (self.0.len() + 1).saturating_sub(MAX_NETWORKS);
        let kept = self.0.iter().skip(skipped).cloned();
        Self(kept.chain([network.to_owned()]).collect())
    }

    /// Whether a use from `network` is the first one from there. Where nothing was seen yet, or the network is not
    /// known, nothing is strange.
    pub fn is_new(&self, network: Option<&str>) -> bool {
        network.is_some_and(|network| !self.0.is_empty() && !self.contains(network))
    }

    fn contains(&self, network: &str) -> bool {
        self.0.iter().any(|seen| seen == network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_network_is_not_new_and_five_are_remembered() {
        let mut seen = SeenNetworks::default();
        assert!(!seen.is_new(Some("a")) && !seen.is_new(None));
        for network in ["a", "b", "c", "d", "e", "c", "f"] {
            seen = seen.with(Some(network));
        }
        assert_eq!(seen.0, ["b", "c", "d", "e", "f"]);
        assert!(seen.is_new(Some("a")) && !seen.is_new(Some("b")) && !seen.is_new(None));
        assert_eq!(seen.with(None), seen);
    }
}
