//! Why a document gives no client.

use crate::limit::Exhausted;
use crate::outage::Outage;
use crate::register::MetadataError;

/// Why a document gives no client. The texts are for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentError {
    /// It cannot be read now, and no copy will do: nobody knows whether there is such a client (D09).
    Unreachable(Outage),
    /// It is none: no JSON object, or one of another client (D09).
    Malformed(&'static str),
    /// It describes a client that cannot be.
    Metadata(MetadataError),
    /// Too many documents are asked for from one address (D01).
    Limited(Exhausted),
    /// A port failed.
    Outage(Outage),
}

impl From<MetadataError> for DocumentError {
    fn from(error: MetadataError) -> Self {
        Self::Metadata(error)
    }
}

impl From<Outage> for DocumentError {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}
