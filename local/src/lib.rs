//! The laptop in one process: a DynamoDB and a KMS endpoint, the Lambda Runtime API for the real function
//! binaries, an API Gateway that reads its routes, authorizers and environment from `template.yaml`, and DynamoDB
//! streams that invoke the functions as the template's mappings say.
//!
//! It knows nothing of the functions' code, nor of the items they store: an emulator that shared their serializers
//! would agree with their mistakes. It is never deployed.

mod background;
mod control;
mod engines;
mod error;
mod faults;
mod gateway;
mod kms;
mod net;
mod runtime;
mod stack;
mod streams;
mod template;
mod whole_file;

pub use control::serve_control;
pub use engines::{EngineOptions, Engines};
pub use error::StartError;
pub use faults::{Fault, FaultKind, Faults, Moment, Service};
pub use runtime::{InvokeError, LogLine};
pub use stack::{Stack, StackOptions};
