//! The document as the API reference shows it: each operation with the exact scopes that it requires (R21).

use std::collections::BTreeMap;

use postern_core::api::{Need, StepUp};
use postern_core::param::{Scope, ScopeSet};
use saphyr::Scalar;
use serde_json::{Map, Number, Value as Json, json};

use crate::node::{Member, Node, Value};
use crate::problem::Place;

/// What the operation needs whose method stands at a place.
type Needs = BTreeMap<Place, (Need, StepUp)>;

/// The tree as JSON, with what the operations need beside them.
pub(crate) fn annotated(node: &Node<'_>, needs: &Needs) -> Json {
    match &node.value {
        Value::Scalar(scalar) => json_of(scalar),
        Value::List(items) => Json::Array(items.iter().map(|it| annotated(it, needs)).collect()),
        Value::Map(members) => Json::Object(members.iter().map(|it| member(it, needs)).collect()),
    }
}

fn member(member: &Member<'_>, needs: &Needs) -> (String, Json) {
    let mut value = annotated(&member.value, needs);
    if let (Some((need, step_up)), Json::Object(operation)) = (needs.get(&member.at), &mut value) {
        annotate(operation, need, step_up);
    }
    (member.key.clone().into_owned(), value)
}

fn annotate(operation: &mut Map<String, Json>, need: &Need, step_up: &StepUp) {
    let scopes = |set: &ScopeSet| set.iter().map(|it| it.as_str().into()).collect::<Vec<Json>>();
    let alternatives: Vec<_> = need.alternatives().iter().map(scopes).collect();
    operation.insert("x-required-scopes".to_owned(), json!(alternatives));
    let own = operation.get("description").and_then(Json::as_str).unwrap_or_default().trim_end();
    let gap = if own.is_empty() { "" } else { "\n\n" };
    let description = format!("{own}{gap}{}{}", sentence(need), sign_in(step_up));
    if !step_up.is_empty() {
        operation.insert("x-required-sign-in".to_owned(), json!(step_up));
    }
    operation.insert("description".to_owned(), description.into());
}

fn sentence(need: &Need) -> String {
    if need.is_met(|_| false) {
        return "Requires a token, of any scope.".to_owned();
    }
    let all = |set: &ScopeSet| {
        set.iter().map(|it: &Scope| format!("`{}`", it.as_str())).collect::<Vec<_>>().join(" and ")
    };
    let any: Vec<_> = need.alternatives().iter().map(all).collect();
    let several = need.challenge().is_some_and(|first| first.iter().count() > 1);
    format!("Requires the scope{} {}.", if several { "s" } else { "" }, any.join(", or "))
}

/// RFC 9470 in words; empty where nothing is asked.
fn sign_in(step_up: &StepUp) -> String {
    let mut text = String::new();
    if let Some(seconds) = step_up.max_age {
        text = format!(" The user must have signed in at most {seconds} seconds ago.");
    }
    if !step_up.acr_values.is_empty() {
        let classes: Vec<_> = step_up.acr_values.iter().map(|it| format!("`{it}`")).collect();
        text = format!("{text} The sign-in must be of the class {}.", classes.join(" or "));
    }
    text
}

fn json_of(scalar: &Scalar<'_>) -> Json {
    match scalar {
        Scalar::Null => Json::Null,
        Scalar::Boolean(it) => (*it).into(),
        Scalar::Integer(it) => (*it).into(),
        // JSON has no infinity.
        Scalar::FloatingPoint(it) => {
            Number::from_f64(it.0).map_or_else(|| it.to_string().into(), Json::Number)
        }
        Scalar::String(it) => it.as_ref().into(),
    }
}
