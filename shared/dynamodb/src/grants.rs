//! Grants: one item each, changed by one conditional write at a time (C1, I1, I3).

mod record;
mod rotate;
mod verbs;

pub(crate) use record::read_grant;
pub(crate) use verbs::{Change, change};
