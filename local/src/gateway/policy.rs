//! The policy that an authorizer returns, evaluated for one request.

use serde::Deserialize;

/// What a policy says about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// Some statement allows it and none denies it.
    Allow,
    /// Some statement denies it.
    ExplicitDeny,
    /// No statement is about it.
    ImplicitDeny,
}

/// A policy document. Members beyond these (`Condition`, `NotAction`) are refused, not ignored.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Policy {
    #[serde(default, rename = "Version")]
    _version: Option<String>,
    statement: OneOrMany<Statement>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Statement {
    #[serde(default, rename = "Sid")]
    _sid: Option<String>,
    effect: Effect,
    action: OneOrMany<String>,
    resource: OneOrMany<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Effect {
    Allow,
    Deny,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn as_slice(&self) -> &[T] {
        match self {
            Self::One(item) => std::slice::from_ref(item),
            Self::Many(items) => items,
        }
    }
}

impl Policy {
    /// Evaluates the policy for `execute-api:Invoke` on a request's ARN.
    pub(super) fn decide(&self, arn: &str) -> Decision {
        let about = |statement: &&Statement| {
            let action = statement.action.as_slice().iter();
            let mut resource = statement.resource.as_slice().iter();
            action.into_iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), "execute-api:invoke"))
                && resource.any(|pattern| matches(pattern, arn))
        };
        let effects: Vec<Effect> =
            self.statement.as_slice().iter().filter(about).map(|statement| statement.effect).collect();
        if effects.contains(&Effect::Deny) {
            Decision::ExplicitDeny
        } else if effects.contains(&Effect::Allow) {
            Decision::Allow
        } else {
            Decision::ImplicitDeny
        }
    }
}

/// IAM's wildcards: `*` for any text, `?` for one character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go on after the last star, should the guess of its length be wrong.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match (pattern.get(p), text.get(t)) {
            (Some('*'), _) => {
                retry = Some((p + 1, t));
                p += 1;
            }
            (Some(want), Some(have)) if want == have || *want == '?' => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((after_star, start)) => {
                    retry = Some((after_star, start + 1));
                    (p, t) = (after_star, start + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ARN: &str = "arn:aws:execute-api:us-east-1:000000000000:Api/v1/GET/contacts/7";

    fn statement(effect: &str, resource: &str) -> serde_json::Value {
        json!({ "Effect": effect, "Action": "execute-api:Invoke", "Resource": resource })
    }

    fn decide(statements: &serde_json::Value) -> Decision {
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        serde_json::from_value::<Policy>(policy).unwrap().decide(ARN)
    }

    #[test]
    fn wildcards() {
        for (pattern, expected) in [
            (ARN, true),
            ("*", true),
            ("arn:aws:execute-api:*:*:Api/v1/GET/*", true),
            ("arn:*/contacts/?", true),
            ("arn:*/contacts/??", false),
            ("arn:aws:execute-api:*:*:Api/v1/POST/*", false),
            ("arn:*/contacts", false),
            ("", false),
        ] {
            let expected = if expected { Decision::Allow } else { Decision::ImplicitDeny };
            assert_eq!(decide(&json!([statement("Allow", pattern)])), expected, "{pattern}");
        }
    }

    #[test]
    fn a_deny_beats_every_allow() {
        let both = json!([statement("Allow", "*"), statement("Deny", "*/GET/contacts/*")]);
        assert_eq!(decide(&both), Decision::ExplicitDeny);
        assert_eq!(decide(&statement("Deny", "*/POST/*")), Decision::ImplicitDeny);
        assert_eq!(decide(&json!([])), Decision::ImplicitDeny);
    }

    #[test]
    fn other_actions_and_unknown_members() {
        let other = json!({ "Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"] });
        assert_eq!(decide(&other), Decision::ImplicitDeny);
        let conditional =
            json!({ "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {} } });
        assert!(serde_json::from_value::<Policy>(conditional).is_err());
    }
}
