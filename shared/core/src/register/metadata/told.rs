//! What is kept to be given back, and means nothing to the server.

use std::collections::BTreeMap;

use crate::label::parse_label;
use crate::register::members::Members;
use crate::register::refusal::MetadataError;

pub(super) fn parse(members: &mut Members) -> Result<BTreeMap<String, Vec<String>>, MetadataError> {
    let mut told = BTreeMap::new();
    for name in ["client_uri", "logo_uri", "policy_uri", "tos_uri"] {
        if let Some(url) = members.url(name)? {
            told.insert(name.to_owned(), vec![url]);
        }
    }
    for name in ["software_id", "software_version"] {
        if let Some(text) = members.label(name)? {
            told.insert(name.to_owned(), vec![text]);
        }
    }
    if let Some(contacts) = members.texts("contacts")? {
        let contacts: Option<Vec<_>> = contacts.iter().map(|it| parse_label(it)).collect();
        let wrong = "each must have 1 to 100 characters, without control characters and marks of direction.";
        told.insert("contacts".to_owned(), contacts.ok_or(MetadataError::Member("contacts", wrong))?);
    }
    Ok(told)
}
