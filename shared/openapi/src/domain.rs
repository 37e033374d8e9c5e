//! The hosts at which an API is called.

use url::{Position, Url};

use crate::node::Node;
use crate::problem::{Problems, quoted};

/// The domains that `x-postern` lists.
pub(crate) fn listed(domains: &Node<'_>, problems: &mut Problems) -> Vec<String> {
    let Some(items) = domains.list() else {
        problems.add(domains.at, "`domains` must be a list of hosts");
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in items {
        let text = item.text().unwrap_or_default();
        match parse(text) {
            Some(domain) => push(&mut found, domain),
            None => problems.add(item.at, format!("{} is neither `host` nor `host:port`", quoted(text))),
        }
    }
    found
}

/// The hosts of the absolute servers; a relative one says nothing of where the API is.
pub(crate) fn of_servers(root: &Node<'_>, problems: &mut Problems) -> Vec<String> {
    let mut found = Vec::new();
    for server in root.get("servers").and_then(Node::list).unwrap_or_default() {
        let Some(node) = server.get("url") else { continue };
        let text = node.text().unwrap_or_default();
        let Some((scheme, rest)) = text.split_once("://") else { continue };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if scheme.contains('{') || authority.contains('{') {
            problems
                .add(node.at, "a server with variables in its host: list the hosts in `x-postern.domains`");
        } else {
            let url = Url::parse(text).ok().filter(Url::has_host);
            match url.map(|url| authority_of(&url)) {
                Some(domain) => push(&mut found, domain),
                None => problems.add(node.at, format!("{} is no URL with a host", quoted(text))),
            }
        }
    }
    found
}

fn parse(text: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':' | b'[' | b']');
    if text.is_empty() || !text.bytes().all(fits) {
        return None;
    }
    let url = Url::parse(&format!("https://{text}")).ok()?;
    Some(authority_of(&url))
}

/// Host and port, without a port that is the scheme's own.
fn authority_of(url: &Url) -> String {
    url[Position::BeforeHost..Position::AfterPort].to_owned()
}

fn push(found: &mut Vec<String>, domain: String) {
    if !found.contains(&domain) {
        found.push(domain);
    }
}
