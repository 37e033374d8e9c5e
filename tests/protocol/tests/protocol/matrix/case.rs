//! What a request of the matrix is made of, in plain words.

/// Who is acted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Customer {
    Acme,
    Globex,
}

/// Who acts for connected accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Platform {
    Harbour,
    Rival,
}

/// Which API a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Api {
    Sample,
    /// Another, with scopes of the same names.
    Cases,
}

/// Who is connected to whom: the second platform to one customer alone.
pub(super) const CONNECTED: [(Platform, Customer); 3] = [
    (Platform::Harbour, Customer::Acme),
    (Platform::Harbour, Customer::Globex),
    (Platform::Rival, Customer::Globex),
];

/// Which kind of credential it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A user through an app.
    User,
    /// The same, bound to a key.
    Bound,
    /// A server for its own tenant.
    Service,
    /// A member's personal access token; `true` with an allowlist.
    Pat(bool),
    /// A platform by itself.
    Platform(Platform),
    /// A user through a platform that is connected.
    Connected(Platform),
}

/// A credential: a platform's own is nobody's, whatever customer it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Credential {
    pub(super) kind: Kind,
    pub(super) customer: Customer,
    pub(super) api: Api,
    pub(super) scopes: &'static str,
}

/// What the account header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    Absent,
    /// This customer's account, whether it is connected to the sender or not.
    Of(Customer),
    /// Nobody's.
    Unknown,
    /// Two in one.
    Joined,
    /// The same one two times.
    Twice,
    /// One in capitals.
    OtherCase,
}

/// By which event the gateway asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// HTTP API, payload 2.0.
    Http2,
    /// HTTP API, payload 1.0.
    Http1,
    /// REST API, `REQUEST`.
    Rest,
    /// REST API, `TOKEN`: neither headers, nor domain, nor address.
    Token,
}

/// An address as the gateway saw it, and whose allowlist it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) text: &'static str,
    pub(super) of_token: bool,
    pub(super) of_client: bool,
    pub(super) of_connection: bool,
}

/// The allowlist of personal access tokens that have one.
pub(super) const TOKEN_LIST: [&str; 2] = ["198.51.100.0/24", "2001:db8:1::/48"];
/// The allowlist of clients.
pub(super) const CLIENT_LIST: [&str; 3] = ["198.51.100.0/25", "203.0.113.0/24", "2001:db8:1::/64"];
/// The allowlist of connections.
pub(super) const CONNECTION_LIST: [&str; 3] = ["198.51.100.0/26", "203.0.113.128/25", "2001:db8:1::7"];

const fn source(text: &'static str, [of_token, of_client, of_connection]: [bool; 3]) -> Source {
    Source { text, of_token, of_client, of_connection }
}

/// Nowhere: the button of a console, or an event that does not tell.
const NOWHERE: Source = source("test-invoke-source-ip", [false; 3]);

/// Addresses in all the lists, in some and in none.
pub(super) const SOURCES: [Source; 13] = [
    source("198.51.100.7", [true; 3]),
    source("::ffff:198.51.100.7", [true; 3]),
    source("2001:db8:1::7", [true; 3]),
    source("198.51.100.70", [true, true, false]),
    source("2001:db8:1::8", [true, true, false]),
    source("198.51.100.200", [true, false, false]),
    source("2001:db8:1:1::7", [true, false, false]),
    source("203.0.113.9", [false, true, false]),
    source("203.0.113.200", [false, true, true]),
    source("::ffff:203.0.113.200", [false, true, true]),
    source("192.0.2.1", [false; 3]),
    source("2001:db8:2::7", [false; 3]),
    NOWHERE,
];

/// One request.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) credential: Credential,
    pub(super) event: Event,
    pub(super) route: &'static str,
    pub(super) header: Header,
    /// The domain that is called; `None` where nobody tells.
    pub(super) host: Option<&'static str>,
    pub(super) source: Source,
    /// Whether a bound token comes with its key's proof.
    pub(super) proved: bool,
}

impl Case {
    /// As much of it as its event tells.
    pub(super) fn as_told(&self) -> Self {
        match self.event {
            Event::Token => Self { header: Header::Absent, host: None, source: NOWHERE, ..self.clone() },
            Event::Http2 | Event::Http1 | Event::Rest => self.clone(),
        }
    }
}

/// Every credential that there is. At the second API nobody is connected.
pub(super) fn credentials() -> Vec<Credential> {
    let mut all = Vec::new();
    let mut add = |kind, customer, api, scopes: &[&'static str]| {
        all.extend(scopes.iter().map(|scopes| Credential { kind, customer, api, scopes }));
    };
    let sample = ["contact.read", "contact.write", "contact.read contact.delete", "contact.all"];
    let cases = ["contact.read", "admin contact.read"];
    for customer in [Customer::Acme, Customer::Globex] {
        for kind in [Kind::User, Kind::Service, Kind::Pat(false)] {
            add(kind, customer, Api::Sample, &sample);
            add(kind, customer, Api::Cases, &cases);
        }
        add(Kind::Pat(true), customer, Api::Sample, &sample[2..]);
        add(Kind::Bound, customer, Api::Sample, &sample[2..]);
    }
    for platform in [Platform::Harbour, Platform::Rival] {
        add(Kind::Platform(platform), Customer::Acme, Api::Sample, &sample);
        add(Kind::Platform(platform), Customer::Acme, Api::Cases, &cases);
    }
    for (platform, customer) in CONNECTED {
        add(Kind::Connected(platform), customer, Api::Sample, &sample[2..]);
    }
    all
}
