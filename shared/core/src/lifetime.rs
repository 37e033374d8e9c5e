//! How long things live, in seconds. One page, so that every promise of time can be read off it.

/// An authorization code (RFC 6749 section 4.1.2 allows ten minutes; FAPI 2.0 sixty seconds).
pub const CODE: u64 = 60;
/// An access token.
pub const ACCESS_TOKEN: u64 = 3_600;
/// An ID token.
pub const ID_TOKEN: u64 = 3_600;
/// A refresh token that nobody uses.
pub const REFRESH_IDLE: u64 = 30 * 86_400;
/// A grant, used or not: the user consents again after it.
pub const GRANT: u64 = 180 * 86_400;
/// How long a rotated refresh token still gets the first answer again. Longer than any request lives.
pub const REPLAY_WINDOW: u64 = 60;
/// How often, within that window.
pub const MAX_REPLAYS: u32 = 10;
/// A browser's session that nobody uses.
pub const SESSION_IDLE: u64 = 30 * 60;
/// A browser's session, used or not.
pub const SESSION: u64 = 12 * 3_600;
/// A logout token (OpenID Connect Back-Channel Logout section 2.4 recommends two minutes at most).
pub const LOGOUT_TOKEN: u64 = 120;
/// How long after each failed attempt a client is told again that a session ended; then it is given up.
pub const LOGOUT_PAUSES: [u64; 4] = [5, 20, 60, 120];
/// How long an invocation that brought nothing new waits for such a moment before it passes the delivery on to the next
/// one: the longest that a sign-out may queue behind it.
pub const LOGOUT_WAIT: u64 = 5;
/// An authorization request in flight.
pub const INTERACTION: u64 = 600;
/// A device authorization (RFC 8628 section 3.2).
pub const DEVICE: u64 = 600;
/// How long a device waits between two requests, and how much longer each time that it does not.
pub const POLL_INTERVAL: u64 = 5;
/// The window in which failed logins are counted.
pub const LOGIN_WINDOW: u64 = 900;
/// How long a process may use a client or tenant that it has read: to name it, and to authenticate it where no grant
/// is read with it.
pub const CLIENT_CACHE: u64 = 10;
/// How far ahead a client assertion may expire (RFC 7523 section 3 asks for a bound).
pub const CLIENT_ASSERTION: u64 = 300;
/// How long a process may use the keys that a client publishes at a URL.
pub const CLIENT_KEYS: u64 = 600;
/// How long it waits before it asks that URL again, for a key that it does not know or after a failure.
pub const KEYS_RETRY: u64 = 30;
/// A client's metadata document, unless its publisher says.
pub const DOCUMENT: u64 = 3_600;
/// The shortest and the longest that its publisher may say.
pub const MIN_DOCUMENT: u64 = 300;
/// See [`MIN_DOCUMENT`].
pub const MAX_DOCUMENT: u64 = 86_400;
/// How long the last copy serves beyond that while the document cannot be read (D09).
pub const STALE_DOCUMENT: u64 = 86_400;
/// A client of which a document tells, after the last fetch: longer than any grant that a stale copy began (D01).
pub const UNUSED_DOCUMENT: u64 = GRANT + 3 * 86_400;
/// How long a process may use the signing keys that it has read.
pub const KEY_CACHE: u64 = 60;
/// How long a process may use the catalogues and route tables that it has read.
pub const API_CACHE: u64 = 60;
/// How long a process may use what it took ahead of a limit.
pub const LEASE: u64 = 60;
/// How far another host's clock may run ahead of ours.
pub const LEEWAY: u64 = 30;
/// A pushed authorization request, until a browser brings its name (RFC 9126 section 2.2; X05).
pub const PUSHED_REQUEST: u64 = 60;
/// How old a proof of possession may be, by its own word: clients' clocks run late too.
pub const DPOP_PROOF: u64 = 120;
/// How long one nonce for proofs is given out; it is taken for as long again.
pub const DPOP_NONCE: u64 = 300;
/// An invitation into a tenant.
pub const INVITATION: u64 = 14 * 86_400;
/// A client that registered itself and that nobody uses (D01).
pub const UNUSED_CLIENT: u64 = 90 * 86_400;
/// How often its use is written down, at most.
pub const CLIENT_USE_MARK: u64 = 86_400;
/// An initial access token, unless its maker says.
pub const INITIAL_ACCESS: u64 = 30 * 86_400;
/// The longest that its maker may say.
pub const MAX_INITIAL_ACCESS: u64 = 365 * 86_400;
/// How long an item outlives its last use, for audits of what happened. DynamoDB deletes it some time later.
pub const RETENTION: u64 = 7 * 86_400;
/// How much of the invocation must be left before signing and before a write begin: longer than one call to AWS
/// with all its attempts takes, rounding included.
pub const COMMIT_BUDGET: u64 = 4;
