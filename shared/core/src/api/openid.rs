//! The scopes of the server itself, in words (OpenID Connect Core sections 5.4 and 11).

/// Whether this is a scope of OpenID Connect, which concerns the person alone.
pub fn is_of_openid(scope: &str) -> bool {
    describe(scope).is_some()
}

/// What a scope of OpenID Connect allows; `None` for the scopes of APIs.
pub(crate) fn describe(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "openid" => "Know who you are",
        "profile" => "See your name and profile",
        "email" => "See your email address",
        "address" => "See your postal address",
        "phone" => "See your phone number",
        "offline_access" => "Act for you while you are away",
        _ => return None,
    })
}
