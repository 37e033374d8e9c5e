//! All APIs of a deployment, and which of them a request means.

use super::{Api, Need, Route, StepUp, openid, same_resource};
use crate::access::Refusal;
use crate::client::Client;
use crate::param::{Scope, ScopeSet};

/// The APIs of a deployment.
#[derive(Clone, Debug, Default)]
pub struct Apis(Vec<Api>);

/// How a request names its route.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// As the gateway matched it, placeholders included.
    Resource(&'a str),
    /// As the raw path: all that some events have.
    Path(&'a str),
}

/// The route of a request.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Its API.
    pub api: &'a Api,
    /// What it needs.
    pub need: &'a Need,
    /// How its user must have signed in.
    pub step_up: &'a StepUp,
}

/// What a token is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The audience.
    pub audience: &'a str,
    /// The API; `None` while the deployment's own was not loaded yet.
    api: Option<&'a Api>,
    /// Whether it is the API of requests that name none.
    is_default: bool,
}

impl Target<'_> {
    /// Whether a route of the API asks for this class of sign-in (RFC 9470 section 3).
    pub fn asks_for(&self, class: &str) -> bool {
        let mut routes = self.api.into_iter().flat_map(|api| api.routes.iter());
        routes.any(|route| route.step_up.acr_values.iter().any(|it| it == class))
    }

    /// Whether the client may ask for these scopes here: each is among its rights at this API, and the API has it. A
    /// client without any right at an API gets no token for it, not even one that says who somebody is; the
    /// deployment's own API is everybody's.
    pub fn allows(&self, client: &Client, scopes: &ScopeSet) -> bool {
        let reached = self.is_default || client.reaches(self.audience);
        reached && client.narrowed(self.audience, scopes) == *scopes && self.offers(scopes)
    }

    /// Whether every scope is the API's, or one of OpenID Connect.
    fn offers(&self, scopes: &ScopeSet) -> bool {
        let known = |scope: &Scope| {
            openid::describe(scope.as_str()).is_some()
                || self.api.is_some_and(|api| api.catalogue.knows(scope))
        };
        scopes.iter().all(known)
    }
}

impl Apis {
    /// Takes what was loaded.
    pub const fn new(apis: Vec<Api>) -> Self {
        Self(apis)
    }

    /// Every API.
    pub fn iter(&self) -> impl Iterator<Item = &Api> {
        self.0.iter()
    }

    /// The API with this audience.
    pub fn get(&self, audience: &str) -> Option<&Api> {
        self.0.iter().find(|api| api.audience == audience)
    }

    /// The API that a request for tokens means: `default` unless it names one, and then exactly one, since a token
    /// has one audience (RFC 8707 section 2; X09). `None` where that is unknown: `invalid_target`.
    pub fn target<'a>(&'a self, requested: &'a [String], default: &'a str) -> Option<Target<'a>> {
        let named = requested.first().map_or(default, String::as_str);
        let api = self.get(named).or_else(|| self.0.iter().find(|api| api.is_named(named)));
        let audience = api.map_or(default, |api| api.audience.as_str());
        let is_default = audience == default;
        let known = api.is_some() || same_resource(named, default);
        let same =
            |other: &String| api.map_or_else(|| same_resource(other, default), |api| api.is_named(other));
        (known && requested.iter().all(same)).then_some(Target { audience, api, is_default })
    }

    /// The route of a request for one of `audience`, at `host` where the event tells it; where it does not, no API is called
    /// that has domains. A raw path may fit routes of several APIs: it is the closest one's, as a gateway has it. Of
    /// equally close ones, as the two documents of the sample have, the token says which is meant.
    ///
    /// [`Refusal::InvalidToken`] where it is another API's route: the token is not for it (RFC 9068 section 4);
    /// [`Refusal::DomainMismatch`] where the token's API is not called at this host; [`Refusal::UnknownRoute`] where
    /// nobody has the route.
    pub fn find(
        &self,
        audience: &[String],
        host: Option<&str>,
        method: &str,
        asked: Asked<'_>,
    ) -> Result<Found<'_>, Refusal> {
        let is_meant = |api: &Api| audience.contains(&api.audience);
        let is_here = |api: &Api| api.domains.is_empty() || host.is_some_and(|host| api.answers_at(host));
        let fitting = || self.0.iter().filter_map(|api| Some((api, api.route(method, asked)?)));
        let closest = fitting().filter(|(api, _)| is_here(api)).min_by(|(one, a), (other, b)| {
            a.openness().cmp(b.openness()).then(is_meant(other).cmp(&is_meant(one)))
        });
        match closest {
            Some((api, Route { need, step_up, .. })) if is_meant(api) => Ok(Found { api, need, step_up }),
            _ if fitting().any(|(api, _)| is_meant(api) && !is_here(api)) => Err(Refusal::DomainMismatch),
            None if self.0.iter().any(is_meant) => Err(Refusal::UnknownRoute),
            _ => Err(Refusal::InvalidToken),
        }
    }
}

impl Api {
    fn route(&self, method: &str, asked: Asked<'_>) -> Option<&Route> {
        match asked {
            Asked::Resource(resource) => self.routes.of_resource(method, resource),
            Asked::Path(path) => self.routes.of_path(method, path),
        }
    }
}
