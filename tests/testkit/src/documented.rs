//! Postern's own APIs, as the documents beside their functions describe them.

use serde_json::{Map, Value};

use crate::apis::{ACCOUNT, ADMIN};

/// Methods that a path may have.
const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The method, in upper case.
    pub method: String,
    /// The path, with placeholders.
    pub path: String,
    /// The parameters of the query.
    pub query: Vec<String>,
    /// The members of the JSON body with their schemas, every reference followed; empty where there is no body.
    pub members: Map<String, Value>,
    /// The members of a good answer with their schemas, every reference followed; empty where it has none.
    pub answer: Map<String, Value>,
    /// A good body; null where there is none, or none is shown.
    pub example: Value,
}

impl Operation {
    /// Those of the admin API.
    pub fn of_admin() -> Vec<Self> {
        Self::of(ADMIN)
    }

    /// Those of the account API.
    pub fn of_account() -> Vec<Self> {
        Self::of(ACCOUNT)
    }

    /// Method and path.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether a path or a member says of whom or what it is: something that could be another's.
    pub fn names_something(&self) -> bool {
        let by_tenant = self.query.iter().any(|name| name == "tenant") || self.members.contains_key("tenant");
        self.path.contains('{') || by_tenant
    }

    /// Whether a request for a path, with or without a query, is one for this operation.
    pub fn is(&self, method: &str, path: &str) -> bool {
        let path = path.split('?').next().unwrap_or_default();
        self.method == method && crate::gateway::fits(&self.path, path)
    }

    /// What the items of a list in the answer have; `None` where it has no such list.
    pub fn items_of(&self, list: &str) -> Option<Map<String, Value>> {
        self.answer.get(list).map(|list| members(&list["items"]))
    }

    fn of(document: &str) -> Vec<Self> {
        let root = postern_openapi::reference(document).expect("a good document");
        let paths = root["paths"].as_object().expect("paths");
        let mut found = Vec::new();
        for (path, item) in paths {
            let shared = item["parameters"].clone();
            let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
            found.extend(methods.map(|method| Self::read(&root, (method, path), (&item[*method], &shared))));
        }
        found
    }

    fn read(root: &Value, (method, path): (&str, &str), (item, shared): (&Value, &Value)) -> Self {
        let parameters = [&item["parameters"], shared].into_iter().filter_map(Value::as_array).flatten();
        let query = parameters.map(|it| followed(root, it)).filter(|it| it["in"] == "query");
        let body = &item["requestBody"]["content"]["application/json"];
        let good =
            item["responses"].as_object().into_iter().flatten().find(|(status, _)| status.starts_with('2'));
        let answer = good.map(|(_, answer)| followed(root, answer)).unwrap_or_default();
        Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            query: query.filter_map(|it| it["name"].as_str().map(str::to_owned)).collect(),
            members: members(&followed(root, &body["schema"])),
            answer: members(&answer["content"]["application/json"]["schema"]),
            example: body["example"].clone(),
        }
    }
}

/// A value with every reference in it followed.
fn followed(root: &Value, value: &Value) -> Value {
    if let Some(pointer) = value["$ref"].as_str() {
        let target = root.pointer(pointer.trim_start_matches('#')).expect("a reference within the document");
        return followed(root, target);
    }
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), followed(root, value))).collect()
        }
        Value::Array(items) => items.iter().map(|value| followed(root, value)).collect(),
        other => other.clone(),
    }
}

/// The members of a schema of an object, in all its parts.
fn members(schema: &Value) -> Map<String, Value> {
    let parts = schema["allOf"].as_array().into_iter().flatten().flat_map(members);
    let own = schema["properties"].as_object().cloned().unwrap_or_default();
    parts.chain(own).collect()
}
