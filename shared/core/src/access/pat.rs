//! A personal access token in the header `Authorization` (R17, R25).

use super::{Bearer, Refusal};
use crate::api::SignIn;
use crate::clock::Timestamp;
use crate::credential::{PAT_PREFIX, PatTag, PatText};
use crate::standing::{Actor, Standing, Subject};

/// A text of the right form, until the table says whose token it is.
#[derive(Debug)]
pub struct PresentedPat {
    /// As whom it claims to act.
    pub subject: Subject,
    tag: PatTag,
}

impl PresentedPat {
    /// `None` for a text that is no personal access token at all; [`Refusal::InvalidToken`], without any call, for one
    /// whose form or checksum is wrong (PT1).
    pub fn parse(text: &str) -> Option<Result<Self, Refusal>> {
        if !text.starts_with(PAT_PREFIX) {
            return None;
        }
        let Some(pat) = PatText::parse(text) else { return Some(Err(Refusal::InvalidToken)) };
        let actor = Actor::Pat { user_id: pat.user_id().clone(), pat_id: pat.id() };
        let subject = Subject { tenant_id: pat.tenant_id().clone(), actor, token_id: None };
        Some(Ok(Self { subject, tag: pat.tag() }))
    }

    /// The token, if the table has it and it has not expired.
    pub fn verify(self, standing: &Standing, now: Timestamp) -> Result<Bearer, Refusal> {
        let pat = standing.pat.as_ref().filter(|pat| pat.tag == self.tag).ok_or(Refusal::InvalidToken)?;
        if pat.expires_at <= now {
            return Err(Refusal::TokenExpired);
        }
        Ok(Bearer {
            subject: self.subject,
            scopes: pat.scopes.clone(),
            issued_at: pat.created_at,
            expires_at: pat.expires_at,
            generation: None,
            audience: vec![pat.audience.clone()],
            key: None,
            // Nobody signs in to use it.
            sign_in: SignIn::default(),
        })
    }
}
