//! The admin API, as the document beside its function describes it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

const ADMIN_API: &str = include_str!("../../../../functions/admin/openapi.yaml");
const AUDIT: &str = include_str!("../../../../docs/audit.md");

/// One operation.
pub(super) struct Operation {
    /// The parameters of the query.
    pub(super) query: BTreeSet<String>,
    /// The members of the JSON body; none where there is no body.
    pub(super) members: BTreeSet<String>,
    /// The members of a good answer with their schemas, every reference followed.
    answer: Map<String, Value>,
}

impl Operation {
    /// Those of the API, by method and path.
    pub(super) fn all() -> BTreeMap<String, Self> {
        let root = postern_openapi::reference(ADMIN_API).unwrap();
        let mut found = BTreeMap::new();
        for (path, item) in root["paths"].as_object().unwrap() {
            let item = followed(&root, item);
            let methods = item.as_object().unwrap().iter().filter(|(_, it)| it.get("responses").is_some());
            found.extend(methods.map(|(method, operation)| {
                let name = format!("{} {path}", method.to_uppercase());
                (name, Self::read(operation, &item["parameters"]))
            }));
        }
        found
    }

    /// What the items of a list have; nothing where the answer has no such list.
    pub(super) fn items_of(&self, list: &str) -> Option<BTreeSet<String>> {
        self.answer.get(list).map(|list| names(&list["items"]))
    }

    fn read(operation: &Value, shared: &Value) -> Self {
        let parameters = [&operation["parameters"], shared].into_iter().filter_map(Value::as_array).flatten();
        let query = parameters.filter(|it| it["in"] == "query");
        let mut answers = operation["responses"].as_object().unwrap().iter();
        let good = answers.find(|(status, _)| status.starts_with('2'));
        let schema = |it: &Value| it["content"]["application/json"]["schema"].clone();
        Self {
            query: query.filter_map(|it| it["name"].as_str().map(str::to_owned)).collect(),
            members: names(&schema(&operation["requestBody"])),
            answer: good.map(|(_, answer)| properties(&schema(answer))).unwrap(),
        }
    }
}

/// What an event of the audit log has, as the table of its fields tells.
pub(super) fn fields_of_an_event() -> BTreeSet<String> {
    let table = AUDIT.split("\n## ").find(|section| section.starts_with("What an event holds")).unwrap();
    let fields = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    fields.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// A value with every reference in it followed.
fn followed(root: &Value, value: &Value) -> Value {
    if let Some(pointer) = value["$ref"].as_str() {
        return followed(root, root.pointer(pointer.trim_start_matches('#')).unwrap());
    }
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), followed(root, value))).collect()
        }
        Value::Array(items) => items.iter().map(|value| followed(root, value)).collect(),
        other => other.clone(),
    }
}

/// The members of an object's schema, in all its parts.
fn properties(schema: &Value) -> Map<String, Value> {
    let parts = schema["allOf"].as_array().into_iter().flatten().flat_map(properties);
    parts.chain(schema["properties"].as_object().cloned().unwrap_or_default()).collect()
}

fn names(schema: &Value) -> BTreeSet<String> {
    properties(schema).into_iter().map(|(name, _)| name).collect()
}
