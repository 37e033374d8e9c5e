//! The two switches that only tests turn on.

use std::fmt;

/// How far out we reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outreach {
    /// Whether loopback addresses are called too, and `http` there. For tests alone: it takes the guard away.
    pub loopback: bool,
    /// A PEM file of further roots to trust.
    pub extra_roots: Option<String>,
}

/// Why the switches cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutreachError(pub(crate) &'static str);

impl Outreach {
    /// Reads `POSTERN_OUTBOUND_LOOPBACK` (`true` or `false`) and `POSTERN_OUTBOUND_CA` (a file) through `var`, and warns
    /// of each that is on. [`OutreachError`] where one makes no sense.
    pub fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Self, OutreachError> {
        let loopback = match var("POSTERN_OUTBOUND_LOOPBACK").as_deref() {
            None | Some("" | "false") => false,
            Some("true") => true,
            Some(_) => return Err(OutreachError("POSTERN_OUTBOUND_LOOPBACK must be true or false")),
        };
        let extra_roots = var("POSTERN_OUTBOUND_CA").filter(|path| !path.is_empty());
        if loopback {
            tracing::warn!(
                event = "outbound_guard_off",
                "POSTERN_OUTBOUND_LOOPBACK is on: URLs of clients may reach this machine. For tests alone."
            );
        }
        if extra_roots.is_some() {
            tracing::warn!(
                event = "outbound_extra_roots",
                "POSTERN_OUTBOUND_CA is set: servers under its certificates are trusted. For tests alone."
            );
        }
        Ok(Self { loopback, extra_roots })
    }
}

impl fmt::Display for OutreachError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for OutreachError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_switched_on_by_itself() {
        assert_eq!(Outreach::from_vars(|_| None), Ok(Outreach::default()));
        assert_eq!(Outreach::from_vars(|_| Some(String::new())), Ok(Outreach::default()));
        assert!(Outreach::from_vars(|_| Some("1".into())).is_err());
        let on = Outreach::from_vars(|name| (name == "POSTERN_OUTBOUND_LOOPBACK").then(|| "true".into()));
        assert_eq!(on, Ok(Outreach { loopback: true, extra_roots: None }));
    }
}
