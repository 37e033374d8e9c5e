//! One line of the log for each request of a connected account and for each refusal: identifiers, the route as the API
//! describes it, the truncated address and the decision. Never a path, a query or a credential (L07, R12).

use postern_core::access::Refusal;
use postern_core::api::Asked;
use postern_core::audit::network_of;
use postern_core::id::{AccountId, ClientId, PatId, UserId};
use postern_core::standing::Subject;

use crate::event::Call;

/// What a decision has learned of a request so far.
#[derive(Default)]
pub(crate) struct Known {
    /// Who acts for whom, once the credential has been proved.
    pub(crate) subject: Option<Subject>,
    /// The loaded API that its token is for.
    pub(crate) audience: Option<String>,
}

impl Known {
    /// Says that a request passes, where it acts for a connected account.
    pub(crate) fn report_allowed(&self, call: &Call<'_>) {
        if self.subject.as_ref().is_some_and(|subject| subject.account_id().is_some()) {
            self.line("api_request", None, call);
        }
    }

    /// Says that a request is refused, and why.
    pub(crate) fn report_refused(&self, refusal: Refusal, call: &Call<'_>) {
        self.line("request_refused", Some(refusal.name()), call);
    }

    fn line(&self, event: &str, error: Option<&str>, call: &Call<'_>) {
        let subject = self.subject.as_ref();
        let account = subject.and_then(Subject::account_id);
        // A path that no gateway has matched may hold anything.
        let route = match call.route {
            Asked::Resource(resource) => Some(resource),
            Asked::Path(_) => None,
        };
        tracing::info!(
            event,
            tenant = subject.map(|it| it.tenant_id.as_str()),
            client_id = subject.and_then(Subject::client_id).map(ClientId::as_str),
            user_id = subject.and_then(Subject::user_id).map(UserId::as_str),
            actor = subject.and_then(Subject::delegate).map(ClientId::as_str),
            pat_id = subject.and_then(Subject::pat_id).map(PatId::as_str),
            account = account.as_ref().map(AccountId::as_str),
            method = call.method,
            route,
            network = call.source.map(network_of),
            decision = if error.is_none() { "allowed" } else { "refused" },
            error,
        );
    }
}
