//! The parameter `claims` (OpenID Connect Core section 5.5).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ACR_PASSWORD, Claim};
use crate::param::ScopeSet;
use crate::tenant::User;

/// Longest text of the parameter, in bytes.
const MAX_LENGTH: usize = 4096;

/// What is asked by name, beside the scopes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// For the ID token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_token: Vec<Wanted>,
    /// For userinfo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub userinfo: Vec<Wanted>,
}

/// One claim that is asked for. Whether it is essential makes no difference: what there is, is given (section 5.5.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// The claim.
    pub claim: Claim,
    /// The values of which it must have one; any where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

/// The parameter, read.
#[derive(Debug, Default, PartialEq)]
pub struct ParsedClaims {
    /// The claims about the person.
    pub request: ClaimsRequest,
    /// The subjects of which the user must be one; anybody where there are none.
    pub subjects: Vec<String>,
    /// Whether no authentication here can give the `acr` that is essential.
    pub unmet_acr: bool,
}

/// How one claim is asked for.
#[derive(Default)]
struct Member {
    essential: bool,
    values: Vec<Value>,
}

impl Member {
    fn read(value: Value) -> Option<Self> {
        let mut object = match value {
            Value::Null => return Some(Self::default()),
            Value::Object(object) => object,
            _ => return None,
        };
        let essential = object.remove("essential").map_or(Some(false), |essential| essential.as_bool())?;
        let mut values = match object.remove("values") {
            None => Vec::new(),
            Some(Value::Array(values)) => values,
            Some(_) => return None,
        };
        values.extend(object.remove("value"));
        Some(Self { essential, values })
    }

    /// The claims of one part of the parameter; none where it is absent.
    fn read_all(part: Option<Value>) -> Option<Vec<(String, Self)>> {
        match part {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::Object(object)) => {
                object.into_iter().map(|(name, member)| Some((name, Self::read(member)?))).collect()
            }
            Some(_) => None,
        }
    }
}

impl ParsedClaims {
    /// Reads the parameter; `None` when it is too long or not of its form. Unknown claims are ignored (section 5.5).
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let mut document: Map<String, Value> = serde_json::from_str(text).ok()?;
        let mut parsed = Self::default();
        for (name, member) in Member::read_all(document.remove("id_token"))? {
            match name.as_str() {
                "sub" => {
                    let subjects = member.values.iter().map(|value| value.as_str().map(str::to_owned));
                    parsed.subjects = subjects.collect::<Option<_>>()?;
                }
                "acr" => {
                    let met = member.values.is_empty() || member.values.contains(&ACR_PASSWORD.into());
                    parsed.unmet_acr = member.essential && !met;
                }
                _ => parsed.request.id_token.extend(Wanted::new(&name, member)),
            }
        }
        for (name, member) in Member::read_all(document.remove("userinfo"))? {
            parsed.request.userinfo.extend(Wanted::new(&name, member));
        }
        Some(parsed)
    }
}

impl Wanted {
    fn new(name: &str, member: Member) -> Option<Self> {
        Some(Self { claim: Claim::parse(name)?, values: member.values })
    }

    fn find(&self, user: &User) -> Option<Value> {
        let value = self.claim.of(user)?;
        (self.values.is_empty() || self.values.contains(&value)).then_some(value)
    }
}

impl ClaimsRequest {
    /// The same without what no scope of `allowed` covers.
    #[must_use]
    pub fn within(mut self, allowed: &ScopeSet) -> Self {
        self.id_token.retain(|wanted| allowed.contains(wanted.claim.scope()));
        self.userinfo.retain(|wanted| allowed.contains(wanted.claim.scope()));
        self
    }

    /// The scopes that would ask for the same.
    pub fn scopes(&self) -> BTreeSet<&'static str> {
        self.id_token.iter().chain(&self.userinfo).map(|wanted| wanted.claim.scope()).collect()
    }

    /// Those of `wanted` that the person has, with one of the values if some are named, as far as the client's scopes
    /// still cover them (I7).
    pub fn answer(wanted: &[Wanted], allowed: &ScopeSet, user: &User) -> Map<String, Value> {
        let covered = wanted.iter().filter(|wanted| allowed.contains(wanted.claim.scope()));
        covered.filter_map(|wanted| Some((wanted.claim.name().to_owned(), wanted.find(user)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_claims_request() {
        for text in [
            "",
            "x",
            "[]",
            r#"{"id_token":[]}"#,
            r#"{"id_token":{"name":1}}"#,
            r#"{"id_token":{"sub":{"value":7}}}"#,
            r#"{"userinfo":{"name":{"essential":"yes"}}}"#,
            &format!(r#"{{"x":"{}"}}"#, "x".repeat(4096)),
        ] {
            assert_eq!(ParsedClaims::parse(text), None, "{text}");
        }
    }

    #[test]
    fn unknown_members_and_claims_are_ignored() {
        let parsed = ParsedClaims::parse(
            r#"{"x":1,"id_token":null,"userinfo":{"shoe_size":null,"email":{"essential":true,"y":2}}}"#,
        );
        let wanted = vec![Wanted { claim: Claim::Email, values: Vec::new() }];
        assert_eq!(parsed.unwrap().request.userinfo, wanted);
    }

    #[test]
    fn an_essential_acr_must_be_one_that_there_is() {
        let unmet = |member: &str| {
            let text = format!(r#"{{"id_token":{{"acr":{member}}}}}"#);
            ParsedClaims::parse(&text).unwrap().unmet_acr
        };
        assert!(unmet(r#"{"essential":true,"value":"gold"}"#));
        assert!(!unmet(r#"{"essential":true}"#) && !unmet("null"));
        assert!(!unmet(r#"{"values":["gold"]}"#));
        assert!(!unmet(&format!(r#"{{"essential":true,"values":["gold","{ACR_PASSWORD}"]}}"#)));
    }
}
