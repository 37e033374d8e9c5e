//! One warm process: the servers behind every route, with caches of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use postern_core::access::{StandingCache, standing_cache};
use postern_core::api::Routes;
use postern_core::clock::{Clock as _, Timestamp};
use postern_core::http::{Call, HeaderMap, Method, Request, Response};
use postern_core::id::InvocationId;
use postern_core::server::Server;
use postern_core::token::Door;
use postern_core::{
    account, admin, authorize, deauthorize, discovery, introspect, register, revoke, token, userinfo,
};
use postern_dynamodb::DynamoStore;
use postern_kms::KmsVault;

use crate::clock::FixedClock;
use crate::draft::Draft;
use crate::gate::Gate;
use crate::gateway;

/// Seconds that an invocation has, as in the template.
const TIMEOUT: u64 = 10;

/// The functions of one deployment, as one process each would hold them. Clones share the process.
#[derive(Clone)]
pub struct Instance(Arc<Process>);

struct Process {
    server: Server<DynamoStore, KmsVault>,
    cache: StandingCache,
    gate: Gate,
    routes: Arc<[Routes]>,
    clock: Arc<FixedClock>,
    invocations: Arc<AtomicU64>,
}

impl Instance {
    /// A cold process that trusts what it read about a token for `revocation_seconds`. `gate` stands before `routes`.
    pub(crate) fn new(
        server: Server<DynamoStore, KmsVault>,
        (gate, routes): (Gate, Arc<[Routes]>),
        clock: Arc<FixedClock>,
        invocations: Arc<AtomicU64>,
        revocation_seconds: u64,
    ) -> Self {
        let cache = standing_cache(revocation_seconds);
        Self(Arc::new(Process { server, cache, gate, routes, clock, invocations }))
    }

    /// A GET of a path, with or without a query.
    pub fn get(&self, path: &str) -> Draft {
        self.request(Method::GET, path)
    }

    /// A POST to a path.
    pub fn post(&self, path: &str) -> Draft {
        self.request(Method::POST, path)
    }

    /// Any request, as an invocation of its own.
    pub fn request(&self, method: Method, path: &str) -> Draft {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let number = self.0.invocations.fetch_add(1, Ordering::SeqCst);
        let call = Call {
            invocation: InvocationId::parse(&format!("invocation-{number}")).expect("an identifier"),
            source: Some([198, 51, 100, 7].into()),
            deadline: self.0.clock.now().plus(TIMEOUT),
            caller: None,
        };
        let (path, query) = (path.to_owned(), query.to_owned());
        let request = Request { method, path, query, headers: HeaderMap::new(), body: Vec::new(), call };
        Draft::new(self.clone(), request)
    }

    /// Now, in seconds since 1970.
    pub fn now(&self) -> u64 {
        Timestamp::as_secs(self.0.clock.now())
    }

    /// The server of this process, and its clock.
    pub(crate) fn server(&self) -> (&Server<DynamoStore, KmsVault>, &FixedClock) {
        (&self.0.server, &self.0.clock)
    }

    /// What the function behind the route answers.
    pub(crate) async fn answer(&self, mut request: Request) -> Response {
        let Process { server, cache, gate, routes, .. } = self.0.as_ref();
        let protected = request.path.starts_with("/account/") || request.path.starts_with("/admin/");
        if protected
            && request.call.caller.is_none()
            && let Err(refusal) = gateway::pass(gate, routes, &mut request).await
        {
            return refusal;
        }
        let request = &request;
        match request.path.as_str() {
            "/oauth2/token" => token::handle(server, request, Door::Token).await,
            "/oauth2/device_authorization" => token::authorize_device(server, request).await,
            "/oauth2/refresh" => token::handle(server, request, Door::Refresh).await,
            "/oauth2/par" => authorize::push(server, request).await,
            "/oauth2/revoke" => revoke::handle(server, request).await,
            "/oauth2/deauthorize" => deauthorize::handle(server, request).await,
            "/oauth2/introspect" => introspect::handle(server, request).await,
            "/oauth2/userinfo" => userinfo::handle(server, cache, request).await,
            path if path.starts_with("/oauth2/register") => register::handle(server, request).await,
            path if path.starts_with("/account/") => account::handle(server, request).await,
            path if path.starts_with("/admin/") => {
                admin::handle(server, &admin_documents::OpenApi, request).await
            }
            path if path.starts_with("/.well-known/") => discovery::handle(server, request).await,
            _ => authorize::handle(server, request).await,
        }
    }
}
