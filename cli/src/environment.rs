//! The environment.

/// One variable; `None` where it is absent or empty.
#[expect(clippy::disallowed_methods, reason = "a command reads its environment once, at start")]
pub(crate) fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
