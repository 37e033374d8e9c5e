//! The account header: for which connected account a platform's request acts (R5, R8).

use super::{Caller, Refusal};
use crate::client::ClientKind;
use crate::id::AccountId;
use crate::standing::Actor;

/// The account that the only account header names; `None` without one.
///
/// [`Refusal::InvalidConnectedAccount`] for two headers, two values in one, and every text that is not exactly one
/// identifier: no trimming, no decoding, no change of case (S06).
pub fn parse_account<'a>(mut values: impl Iterator<Item = &'a str>) -> Result<Option<AccountId>, Refusal> {
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refusal::InvalidConnectedAccount);
    }
    AccountId::parse(value).map(Some).map_err(|_| Refusal::InvalidConnectedAccount)
}

/// Where an event tells no headers: [`Refusal::InvalidConnectedAccount`] for a platform's own token, since what was meant
/// for a customer would be done to the platform's own organisation (S06).
pub fn verify_account_told(caller: Caller<'_>, is_told: bool) -> Result<(), Refusal> {
    let acts_by_itself = matches!(caller.bearer.subject.actor, Actor::Client { .. });
    let is_platform = caller.standing.client.as_ref().is_some_and(|it| it.kind == ClientKind::Platform);
    if !is_told && acts_by_itself && is_platform { Err(Refusal::InvalidConnectedAccount) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s06_one_header_of_one_strict_form() {
        let parse = |values: &[&'static str]| parse_account(values.iter().copied());
        assert_eq!(parse(&[]), Ok(None));
        assert_eq!(parse(&["acct_a1"]), Ok(AccountId::parse("acct_a1").ok()));
        for bad in [
            "",
            " acct_a1",
            "acct_a1 ",
            "acct_a1,acct_b2",
            "acct_a1, acct_b2",
            "Acct_a1",
            "acct_%611",
            "a1",
            "ten_a1",
        ] {
            assert_eq!(parse(&[bad]), Err(Refusal::InvalidConnectedAccount), "{bad:?}");
        }
        assert_eq!(parse(&["acct_a1", "acct_a1"]), Err(Refusal::InvalidConnectedAccount));
    }
}
