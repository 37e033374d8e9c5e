//! What a large API costs: to load, beside its YAML alone; to decide by, beside a small one.

use std::fmt::Write as _;
use std::hint::black_box;

use postern_core::api::Routes;
use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::{Value, json};

use crate::Failure;
use crate::cpu::{per_call, round_robin};
use crate::table::{Row, Unit};

/// More than two hundred operations of the real world, under the MIT licence (see the folder's README).
const REAL: &str = include_str!("../../../shared/openapi/tests/documents/third_party/xero_accounting.json");

const ROUNDS: u32 = 31;
/// Operations of the document that is loaded: a large real one has as many.
const OPERATIONS: usize = 250;
const FEW: usize = 10;
const MANY: usize = 1_000;
/// Decisions of one measurement; a multiple of both numbers of routes.
const DECISIONS: usize = 10_000;

/// Loading a large document beside parsing its text alone, which every loader must. [`Failure`] when it does not load.
pub(crate) fn load_row() -> Result<Row, Failure> {
    loaded("OpenAPI", &document(OPERATIONS)?)
}

/// The same of a real one, as its owner publishes it but for what no gateway could route. [`Failure`] when it does not load.
pub(crate) fn real_load_row() -> Result<Row, Failure> {
    loaded("Xero's OpenAPI", &real_document()?)
}

fn loaded(what: &str, document: &str) -> Result<Row, Failure> {
    let operations = postern_openapi::load(document)?.operations;
    let pair = round_robin(
        ROUNDS,
        || per_call(1, || Ok(postern_openapi::load(black_box(document))?)),
        || per_call(1, || Ok(Yaml::load_from_str(black_box(document))?)),
    )?;
    Ok(Row {
        name: format!("{what} of {operations} operations ({} kB), loaded / YAML", document.len() / 1_000),
        pair,
        unit: Unit::Milliseconds,
        target: Some(2.0),
    })
}

/// Finding what a route needs among many beside among few: the cost is to be flat. [`Failure`] when a route is lost.
pub(crate) fn routes_row() -> Result<Row, Failure> {
    let (many, few) = (Table::of(MANY)?, Table::of(FEW)?);
    let pair = round_robin(ROUNDS, || per_call(1, || many.decide()), || per_call(1, || few.decide()))?;
    Ok(Row {
        name: format!("{DECISIONS} needs found, of {MANY} routes / of {FEW}"),
        pair,
        unit: Unit::Microseconds,
        target: Some(2.0),
    })
}

/// The same of the real document's routes. [`Failure`] when a route is lost.
pub(crate) fn real_routes_row() -> Result<Row, Failure> {
    let (many, few) = (Table::read(&real_document()?)?, Table::of(FEW)?);
    let pair = round_robin(ROUNDS, || per_call(1, || many.decide()), || per_call(1, || few.decide()))?;
    Ok(Row {
        name: format!("{DECISIONS} needs found, of Xero's {} routes / of {FEW}", many.asked.len()),
        pair,
        unit: Unit::Microseconds,
        target: Some(2.0),
    })
}

/// A route table and the resources that a gateway would ask it for.
struct Table {
    routes: Routes,
    asked: Vec<(String, String)>,
}

impl Table {
    fn of(operations: usize) -> Result<Self, Failure> {
        Self::read(&document(operations)?)
    }

    fn read(document: &str) -> Result<Self, Failure> {
        let routes = postern_openapi::load(document)?.api.routes;
        let asked = routes.iter().map(|it| (it.method.clone(), it.path.clone())).collect();
        Ok(Self { routes, asked })
    }

    fn decide(&self) -> Result<(), Failure> {
        for (method, path) in self.asked.iter().cycle().take(DECISIONS) {
            let need = self.routes.need(black_box(method), black_box(path)).ok_or("a route was lost")?;
            black_box(need.is_met(|scope| scope == "r0.write"));
        }
        Ok(())
    }
}

/// A real document, without the paths that API Gateway takes for others, and without the scopes of OpenID Connect.
fn real_document() -> Result<String, Failure> {
    let mut document: Value = serde_json::from_str(REAL)?;
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).ok_or("no paths")?;
    let again = ["/{AttachmentID}", "/{ContactNumber}", "/{PurchaseOrderNumber}"];
    paths.retain(|path, _| !again.iter().any(|end| path.ends_with(end)));
    let scopes = "/components/securitySchemes/OAuth2/flows/authorizationCode/scopes";
    let scopes = document.pointer_mut(scopes).and_then(Value::as_object_mut).ok_or("no scopes")?;
    scopes.retain(|scope, _| !["openid", "profile", "email"].contains(&scope.as_str()));
    let root = document.as_object_mut().ok_or("no document")?;
    root.insert("x-postern".to_owned(), json!({ "audience": "https://api.xero.com" }));
    Ok(document.to_string())
}

/// A document of so many operations, each with parameters, body and answers, and a schema for every five.
fn document(operations: usize) -> Result<String, Failure> {
    let (mut paths, mut scopes, mut schemas) = (String::new(), String::new(), String::new());
    for index in 0..operations {
        let group = index / 5;
        if index % 5 == 0 {
            write!(
                scopes,
                "            r{group}.read: Read r{group}\n            r{group}.write: Change r{group}\n"
            )?;
            schemas.push_str(&schema(group)?);
        }
        let (path, method, right) = match index % 5 {
            0 => (format!("  /v1/resources-{group}:\n"), "get", "read"),
            1 => (String::new(), "post", "write"),
            2 => (format!("  /v1/resources-{group}/{{id}}:\n"), "get", "read"),
            3 => (String::new(), "patch", "write"),
            _ => (String::new(), "delete", "write"),
        };
        paths.push_str(&path);
        paths.push_str(&operation(method, group, right));
    }
    Ok(format!(
        "openapi: 3.1.0\ninfo:\n  title: Large\nx-postern:\n  audience: https://large.example\npaths:\n{paths}\
         components:\n  schemas:\n{schemas}  securitySchemes:\n    oauth:\n      type: oauth2\n      flows:\n        \
         clientCredentials:\n          tokenUrl: https://as.example/oauth2/token\n          scopes:\n{scopes}"
    ))
}

fn operation(method: &str, group: usize, right: &str) -> String {
    format!(
        "    {method}:
      operationId: {method}Resource{group}
      tags: [Resources{group}]
      summary: What this operation does, in one line
      description: |
        What this operation does at some length, with what a caller has to know about it,
        and what happens when something is missing.
      security:
        - oauth: [r{group}.{right}]
      parameters:
        - name: expand
          in: query
          description: Members to show in full.
          schema: {{ type: array, items: {{ type: string, maxLength: 64 }} }}
        - name: Version
          in: header
          schema: {{ type: string, pattern: \"^[0-9-]+$\" }}
      responses:
        \"200\":
          description: The resource.
          content:
            application/json:
              schema:
                $ref: \"#/components/schemas/Resource{group}\"
        \"404\":
          description: There is none.
"
    )
}

fn schema(group: usize) -> Result<String, Failure> {
    let mut text =
        format!("    Resource{group}:\n      type: object\n      required: [id]\n      properties:\n");
    for property in 0..20 {
        write!(
            text,
            "        property_{property}:\n          type: [string, \"null\"]\n          maxLength: 200\n          \
             description: What the property says about the resource.\n          examples: [one, two]\n"
        )?;
    }
    Ok(text)
}
