//! What a request asks of OpenID Connect, and what its grant keeps of that.

use serde::{Deserialize, Serialize};

use crate::id::SessionId;

use super::{ACR_PASSWORD, AMR_PASSWORD, ClaimsRequest, Prompt};

/// The part of an authorization request that is OpenID Connect's (OpenID Connect Core section 3.1.2.1).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenIdRequest {
    /// `prompt`.
    pub prompt: Prompt,
    /// `max_age`, or the client's default, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
    /// `login_hint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// The `sub` of `id_token_hint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hinted_subject: Option<String>,
    /// The subjects that `claims` allows; anybody where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// `claims`, as far as the client may ask.
    pub claims: ClaimsRequest,
    /// `response_mode`.
    pub response_mode: ResponseMode,
}

/// How the answer reaches the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of a redirect (RFC 6749 section 4.1.2).
    #[default]
    Query,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode section 2).
    FormPost,
}

/// What a grant keeps for its ID tokens and for userinfo.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenIdGrant {
    /// The claims asked for by name.
    pub claims: ClaimsRequest,
    /// How well the user was authenticated; `None` in grants from before that was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// By what methods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The session in which it was given; `None` where it outlives every session, and in older grants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// What the client is told that the session is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

impl OpenIdRequest {
    /// Whether this subject is one that the request allows.
    pub fn allows(&self, subject: &str) -> bool {
        let hinted = self.hinted_subject.as_deref().is_none_or(|hinted| hinted == subject);
        hinted && (self.subjects.is_empty() || self.subjects.iter().any(|allowed| allowed == subject))
    }

    /// Whether not everybody is allowed.
    pub const fn names_subject(&self) -> bool {
        self.hinted_subject.is_some() || !self.subjects.is_empty()
    }
}

impl OpenIdGrant {
    /// What is kept of a request after a login by password, the only way there is.
    pub fn of(request: &OpenIdRequest) -> Self {
        let (acr, amr) = (Some(ACR_PASSWORD.to_owned()), vec![AMR_PASSWORD.to_owned()]);
        Self { claims: request.claims.clone(), acr, amr, session: None, sid: None }
    }
}
