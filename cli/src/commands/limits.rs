//! `--limit`: how much a client may do (R13).

use clap::Args;
use serde_json::{Map, Value, json};

use super::Members;

#[derive(Args)]
pub(crate) struct Limits {
    /// How many requests a minute are allowed, and how many of them at once (a tenth unless given): `api`,
    /// `per_account` (a platform's, for one account) or `token`. May be repeated; what is not given is counted no
    /// longer.
    #[arg(long = "limit", value_name = "KIND=PER_MINUTE[/BURST]", value_parser = parse)]
    limits: Vec<(String, Value)>,
}

impl Limits {
    /// `body` with the limits, if any are given: all of them together.
    pub(super) fn add_to(self, body: Members) -> Members {
        let limits: Map<String, Value> = self.limits.into_iter().collect();
        body.with("limits", Some(limits).filter(|limits| !limits.is_empty()))
    }
}

fn parse(text: &str) -> Result<(String, Value), String> {
    let (kind, rate) = text.split_once('=').ok_or("it must be KIND=PER_MINUTE[/BURST]")?;
    let kind = kind.replace('-', "_");
    if !["api", "per_account", "token"].contains(&kind.as_str()) {
        return Err("the kind must be `api`, `per_account` or `token`".to_owned());
    }
    let number = |text: &str| text.parse::<u32>().map_err(|error| format!("{text}: {error}"));
    let rate = match rate.split_once('/') {
        None => json!({ "per_minute": number(rate)? }),
        Some((per_minute, burst)) => json!({ "per_minute": number(per_minute)?, "burst": number(burst)? }),
    };
    Ok((kind, rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_names_its_kind_and_rate() {
        let good = |text: &str| parse(text).unwrap();
        assert_eq!(good("api=600"), ("api".to_owned(), json!({"per_minute": 600})));
        let both = json!({"per_minute": 60, "burst": 5});
        assert_eq!(good("per-account=60/5"), ("per_account".to_owned(), both));
        for bad in ["api", "apis=1", "api=", "api=-1", "api=1/x", "api=1/2/3"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
