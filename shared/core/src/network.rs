//! IP allowlists (R10).

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::api_error::ApiError;

/// Most networks of one list.
const MAX_NETWORKS: usize = 100;

/// From where a credential may be used: networks in CIDR notation (RFC 4632, RFC 4291 section 2.3). An empty list
/// allows every address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Networks(Vec<IpNet>);

/// A list that is not one of networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotNetworks;

impl Networks {
    /// Takes addresses and networks, at most 100; [`NotNetworks`] where one is neither, or has bits set beyond its
    /// prefix, which hardly ever says what was meant.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, NotNetworks> {
        let list: Vec<IpNet> = texts.into_iter().map(parse_network).collect::<Result<_, _>>()?;
        if list.len() > MAX_NETWORKS { Err(NotNetworks) } else { Ok(Self(list)) }
    }

    /// Whether there is no restriction.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The networks.
    pub fn iter(&self) -> impl Iterator<Item = &IpNet> {
        self.0.iter()
    }

    /// Whether a request from `source` may pass. An address that nobody knows is in no network. An IPv4 address
    /// mapped into IPv6 counts as what it is.
    pub fn allow(&self, source: Option<IpAddr>) -> bool {
        self.0.is_empty()
            || source
                .is_some_and(|source| self.0.iter().any(|network| network.contains(&source.to_canonical())))
    }
}

fn parse_network(text: &str) -> Result<IpNet, NotNetworks> {
    let network = match text.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address.to_canonical()),
        Err(_) => text.parse().map_err(|_| NotNetworks)?,
    };
    if network.trunc() == network { Ok(network) } else { Err(NotNetworks) }
}

/// The member `networks` of a body: an empty list restricts nothing.
pub(crate) fn parse_listed(texts: &[String]) -> Result<Networks, ApiError> {
    Networks::parse(texts.iter().map(String::as_str)).map_err(|_| {
        ApiError::of_field("networks", "At most 100 addresses or networks such as `198.51.100.0/24`.")
    })
}

/// One IPv4 address or one IPv6 network of 64 bits: what one party can hold. Empty where nothing is known.
pub(crate) fn party(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
        Some(IpAddr::V4(v4)) => v4.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(networks: &[&str], source: &str) -> bool {
        Networks::parse(networks.iter().copied()).unwrap().allow(source.parse().ok())
    }

    #[test]
    fn addresses_and_networks_of_both_families() {
        assert!(allow(&["198.51.100.0/24"], "198.51.100.7") && !allow(&["198.51.100.0/24"], "198.51.101.7"));
        assert!(allow(&["2001:db8::/32"], "2001:db8::1") && !allow(&["2001:db8::/32"], "2001:db9::1"));
        assert!(allow(&["198.51.100.7"], "198.51.100.7") && !allow(&["198.51.100.7"], "198.51.100.8"));
        assert!(allow(&["198.51.100.0/24"], "::ffff:198.51.100.7") && !allow(&["0.0.0.0/0"], "2001:db8::1"));
        assert!(allow(&[], "198.51.100.7") && allow(&[], "nowhere") && !allow(&["0.0.0.0/0"], "nowhere"));
    }

    #[test]
    fn forged_networks_are_refused() {
        for text in [
            "",
            "198.51.100.7/33",
            "198.51.100.7/24",
            "198.51.100",
            "::/129",
            "10.0.0.0/8 ",
            "a.b",
            "10.0.0.0/08x",
        ] {
            assert_eq!(Networks::parse([text]), Err(NotNetworks), "{text:?}");
        }
    }
}
