//! The two AWS endpoints, driven through the AWS SDK as the functions drive them.

#![cfg(test)]

mod faults;
mod kms_keys;
mod kms_signing;
mod sdk;
