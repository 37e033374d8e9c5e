//! The URI that names the API (RFC 8707 section 2).

use url::{Host, Url};

/// Longest audience, in bytes.
const LONGEST: usize = 512;

/// Takes an absolute `https` URI without fragment, or `http` on a loopback host; the reason when it is none.
pub(crate) fn parse(text: &str) -> Result<String, &'static str> {
    if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("must be at most 512 printable ASCII characters");
    }
    let url = Url::parse(text).map_err(|_| "must be an absolute URI")?;
    let web = match url.scheme() {
        "https" => text.starts_with("https://"),
        "http" => text.starts_with("http://") && is_loopback(&url),
        _ => false,
    };
    if !web {
        return Err("must be an https URI (http on a loopback host alone)");
    }
    if text.contains('#') || !url.username().is_empty() || url.password().is_some() {
        return Err("must have neither a fragment nor a user");
    }
    Ok(text.to_owned())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
