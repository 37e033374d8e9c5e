//! What a deployment decides: read once, at start.

use std::fmt;

use url::Url;

use crate::register::Admission;

/// For how many seconds a process may go on trusting what it read about a token, unless the deployment says.
const DEFAULT_REVOCATION_SECONDS: u64 = 15;
/// The longest that a deployment may say.
const MAX_REVOCATION_SECONDS: u64 = 300;

/// For how many days audit events are kept, unless the deployment or the tenant says.
pub const DEFAULT_AUDIT_DAYS: u32 = 365;
/// The longest that a deployment may say: ten years.
const MAX_AUDIT_DAYS: u32 = 3653;

/// What a deployment decided, read from the environment.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The name of the table.
    pub table: String,
    /// The settings that endpoints share.
    pub settings: Settings,
}

/// Everything that is wrong with the environment, at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misconfigured(Vec<String>);

impl Deployment {
    /// Reads `TABLE_NAME`, `POSTERN_ISSUER` and `POSTERN_AUDIENCE` through `var`; [`Misconfigured`] lists every problem.
    pub fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Self, Misconfigured> {
        let mut problems = Vec::new();
        let mut required = |name: &str| {
            let value = var(name).filter(|value| !value.is_empty());
            value.unwrap_or_else(|| {
                problems.push(format!("{name} is not set"));
                String::new()
            })
        };
        let (table, issuer) = (required("TABLE_NAME"), required("POSTERN_ISSUER"));
        let audience = required("POSTERN_AUDIENCE");
        match Issuer::parse(&issuer) {
            Ok(issuer) if problems.is_empty() => Ok(Self { table, settings: Settings { issuer, audience } }),
            Ok(_) => Err(Misconfigured(problems)),
            Err(error) => {
                problems.push(format!("POSTERN_ISSUER {error}"));
                Err(Misconfigured(problems))
            }
        }
    }
}

/// Reads `POSTERN_REVOCATION_SECONDS`: the bound of the time until a revocation bites; 0 to 300, 15 when unset.
pub fn revocation_seconds(var: impl Fn(&str) -> Option<String>) -> Result<u64, Misconfigured> {
    let Some(text) = var("POSTERN_REVOCATION_SECONDS").filter(|text| !text.is_empty()) else {
        return Ok(DEFAULT_REVOCATION_SECONDS);
    };
    let seconds = text.parse().ok().filter(|seconds| *seconds <= MAX_REVOCATION_SECONDS);
    seconds.ok_or_else(|| Misconfigured(vec!["POSTERN_REVOCATION_SECONDS must be 0 to 300".to_owned()]))
}

/// Reads `POSTERN_AUDIT_DAYS`: for how many days audit events are kept, unless their tenant says; 1 to 3653, 365 when
/// unset.
pub fn audit_days(var: impl Fn(&str) -> Option<String>) -> Result<u32, Misconfigured> {
    let days = match var("POSTERN_AUDIT_DAYS") {
        None => Some(DEFAULT_AUDIT_DAYS),
        Some(text) => text.parse().ok().filter(|days| (1..=MAX_AUDIT_DAYS).contains(days)),
    };
    days.ok_or_else(|| Misconfigured(vec![format!("POSTERN_AUDIT_DAYS must be 1 to {MAX_AUDIT_DAYS}")]))
}

/// Reads `POSTERN_CLIENT_ID_METADATA_DOCUMENTS`: whether URLs of metadata documents are taken for clients; `on` or `off`,
/// off when unset.
pub fn client_documents(var: impl Fn(&str) -> Option<String>) -> Result<bool, Misconfigured> {
    switch("POSTERN_CLIENT_ID_METADATA_DOCUMENTS", var)
}

/// Reads `POSTERN_DPOP_NONCES`: whether every `DPoP` proof at our endpoints needs a nonce of ours (RFC 9449 sections 8 and
/// 9); `on` or `off`, off when unset.
pub fn dpop_nonces(var: impl Fn(&str) -> Option<String>) -> Result<bool, Misconfigured> {
    switch("POSTERN_DPOP_NONCES", var)
}

fn switch(name: &str, var: impl Fn(&str) -> Option<String>) -> Result<bool, Misconfigured> {
    match var(name).as_deref() {
        None | Some("off") => Ok(false),
        Some("on") => Ok(true),
        Some(_) => Err(Misconfigured(vec![format!("{name} must be on or off")])),
    }
}

/// Reads `POSTERN_REGISTRATION`: who may register clients; `closed`, `token` or `open`, closed when unset.
pub fn registration(var: impl Fn(&str) -> Option<String>) -> Result<Admission, Misconfigured> {
    match var("POSTERN_REGISTRATION").as_deref() {
        None | Some("closed") => Ok(Admission::Closed),
        Some("token") => Ok(Admission::Token),
        Some("open") => Ok(Admission::Open),
        Some(_) => Err(Misconfigured(vec!["POSTERN_REGISTRATION must be closed, token or open".to_owned()])),
    }
}

/// Reads `TABLE_NAME`, for a function that needs nothing else of a [`Deployment`].
pub fn table_name(var: impl Fn(&str) -> Option<String>) -> Result<String, Misconfigured> {
    let name = var("TABLE_NAME").filter(|name| !name.is_empty());
    name.ok_or_else(|| Misconfigured(vec!["TABLE_NAME is not set".to_owned()]))
}

/// Reads `POSTERN_ACCOUNT_HEADER`: the name of the header in which a platform names the account that it acts for.
pub fn account_header(var: impl Fn(&str) -> Option<String>) -> Result<String, Misconfigured> {
    let name = var("POSTERN_ACCOUNT_HEADER").unwrap_or_default();
    let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !name.is_empty() && fits {
        Ok(name)
    } else {
        Err(Misconfigured(vec!["POSTERN_ACCOUNT_HEADER must be the name of a header".to_owned()]))
    }
}

impl fmt::Display for Misconfigured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for Misconfigured {}

/// The settings that endpoints share.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer identifier (RFC 8414 section 2).
    pub issuer: Issuer,
    /// The audience of access tokens: the URI of the API.
    pub audience: String,
}

/// An issuer identifier: a URL without query, fragment and trailing slash; `https`, or `http` on a loopback host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    secure: bool,
}

/// Why a text is not an issuer identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnIssuer;

impl Issuer {
    /// Takes an issuer identifier; [`NotAnIssuer`] otherwise.
    pub fn parse(text: &str) -> Result<Self, NotAnIssuer> {
        let url = Url::parse(text).map_err(|_| NotAnIssuer)?;
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && local);
        // As browsers write an origin: without a default port, in lower case.
        if !bare || !scheme_fits || url.origin().ascii_serialization() != text {
            return Err(NotAnIssuer);
        }
        Ok(Self { text: text.to_owned(), secure: url.scheme() == "https" })
    }

    /// The text: also the origin, since it has no path.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL of one of our paths.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The origin of an API that a gateway serves at `host`, a domain without a port: the issuer's own where that is its
    /// domain too, which may have a port; `https` everywhere else.
    pub fn origin_at(&self, host: &str) -> String {
        let own = Url::parse(&self.text).ok();
        let same = own.as_ref().and_then(Url::host_str).is_some_and(|own| own.eq_ignore_ascii_case(host));
        if same { self.text.clone() } else { format!("https://{host}") }
    }

    /// Whether the browser comes by TLS, so that cookies are `Secure` and carry the prefix `__Host-`.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for NotAnIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "must be an https URL (or http on localhost) without path, query, fragment and trailing slash",
        )
    }
}

impl std::error::Error for NotAnIssuer {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_named_at_once() {
        let error =
            Deployment::from_vars(|name| (name == "POSTERN_ISSUER").then(|| "http://as.example".to_owned()));
        let text = error.unwrap_err().to_string();
        assert!(
            text.contains("TABLE_NAME")
                && text.contains("POSTERN_AUDIENCE")
                && text.contains("POSTERN_ISSUER")
        );
    }

    #[test]
    fn revocation_is_bounded() {
        let read = |text: &'static str| revocation_seconds(move |_| Some(text.to_owned()));
        assert_eq!((read(""), read("0"), read("300")), (Ok(15), Ok(0), Ok(300)));
        assert!(read("301").is_err() && read("-1").is_err() && read("x").is_err());
    }

    #[test]
    fn switches_are_off_unless_they_are_on() {
        let read = |value: Option<&'static str>| dpop_nonces(move |_| value.map(str::to_owned));
        assert_eq!((read(None), read(Some("off")), read(Some("on"))), (Ok(false), Ok(false), Ok(true)));
        assert_eq!(read(Some("true")).unwrap_err().to_string(), "POSTERN_DPOP_NONCES must be on or off");
    }

    #[test]
    fn issuers() {
        for good in ["https://as.example", "http://localhost:8080", "https://as.test:9443"] {
            assert!(Issuer::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://as.example",
            "https://as.example/",
            "https://as.example/x",
            "https://as.example:443",
            "https://AS.example",
            "https://a.example?x",
            "as.example",
        ] {
            assert!(Issuer::parse(bad).is_err(), "{bad}");
        }
    }
}
