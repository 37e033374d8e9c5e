//! Credentials of ours: opaque texts that carry their address and a mac, of which the table holds only tags.

mod address;
mod keys;
mod password;
mod pat;
mod seal;

pub use address::{Credential, Kind, NotGenuine};
pub use keys::{CredentialKeys, Purpose, Tag};
pub use password::{Password, PasswordHash};
pub use pat::{PAT_PATTERN, PAT_PREFIX, PatTag, PatText};
pub use seal::{Sealed, open, seal};
