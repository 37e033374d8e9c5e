//! Whether two URIs name one target: without query and fragment, after normalisation (RFC 9449 section 4.3, check 9).

use percent_encoding::percent_decode_str;
use url::Url;

/// Whether the `htu` of a proof is the URI of the request.
pub(super) fn is_same(htu: &str, uri: &str) -> bool {
    let (shown, asked) = (normal(htu), normal(uri));
    shown.is_some() && shown == asked
}

/// Origin and path. A gateway may show a path decoded or not: here it is decoded.
fn normal(uri: &str) -> Option<(String, Vec<u8>)> {
    let url = Url::parse(uri).ok()?;
    let plain =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    plain.then(|| (url.origin().ascii_serialization(), percent_decode_str(url.path()).collect()))
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn x07_query_fragment_case_and_default_port_do_not_matter() {
        let asked = "https://as.example/oauth2/token";
        for same in [
            asked,
            "https://as.example/oauth2/token?x=1#y",
            "HTTPS://AS.Example:443/oauth2/token",
            "https://as.example/oauth2/./token",
            "https://as.example/oauth2/%74oken",
        ] {
            assert!(is_same(same, asked), "{same}");
        }
        for other in [
            "",
            "/oauth2/token",
            "http://as.example/oauth2/token",
            "https://as.example:8443/oauth2/token",
            "https://as.example/oauth2/token/",
            "https://as.example/OAuth2/token",
            "https://as.example/",
            "https://evil.example/oauth2/token",
            "https://as.example@evil.example/oauth2/token",
            "https://user@as.example/oauth2/token",
            "urn:x",
        ] {
            assert!(!is_same(other, asked), "{other}");
        }
        assert!(!is_same("nonsense", "nonsense"));
    }

    #[test]
    fn a_path_that_the_gateway_decoded_is_the_same() {
        assert!(is_same("https://api.example/v1/a%20b", "https://api.example/v1/a b"));
        assert!(!is_same("https://api.example/v1/a%20b", "https://api.example/v1/ab"));
    }
}
