//! The routes of the template, and those of `cargo lambda watch` in the workspace manifest.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::template::{Function, Template, strings};

/// Which of the two APIs a route belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Api {
    /// The HTTP API (`$default` stage).
    Http,
    /// The REST API.
    Rest,
}

/// One route of one API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The API.
    pub api: Api,
    /// The method, or `ANY`.
    pub method: String,
    /// The path with its parameters in braces.
    pub path: String,
    /// The package of the function that answers.
    pub function: String,
    /// The authorizer asked first; `None` is a public route.
    pub authorizer: Option<String>,
}

/// Every route of the template.
pub fn of_template(template: &Template) -> BTreeSet<Route> {
    template.functions().flat_map(|function| of_function(template, function)).collect()
}

fn of_function(template: &Template, function: Function<'_>) -> Vec<Route> {
    let events = function.properties["Events"].as_object();
    events.into_iter().flatten().filter_map(|(_, event)| route(template, function, event)).collect()
}

fn route(template: &Template, function: Function<'_>, event: &Value) -> Option<Route> {
    let properties = &event["Properties"];
    let (api, id) = match event["Type"].as_str()? {
        "HttpApi" => (Api::Http, &properties["ApiId"]["Ref"]),
        "Api" => (Api::Rest, &properties["RestApiId"]["Ref"]),
        _ => return None,
    };
    let default = &template.properties(id.as_str()?)["Auth"]["DefaultAuthorizer"];
    let authorizer = properties["Auth"]["Authorizer"].as_str().or(default.as_str());
    Some(Route {
        api,
        method: properties["Method"].as_str()?.to_ascii_uppercase(),
        path: properties["Path"].as_str()?.to_owned(),
        function: function.package.to_owned(),
        authorizer: authorizer.filter(|name| *name != "NONE").map(str::to_owned),
    })
}

/// The routes in `[workspace.metadata.lambda.watch]` as `METHOD path function`; no methods stand for `ANY`.
pub fn of_watch(metadata: &Value) -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for entry in metadata["lambda"]["watch"]["router"].as_array().into_iter().flatten() {
        let (path, function) = (entry["path"].as_str(), entry["function"].as_str());
        let methods = strings(&entry["methods"]);
        let methods = if methods.is_empty() { vec!["ANY"] } else { methods };
        for method in methods {
            routes.insert(line(method, path.unwrap_or_default(), function.unwrap_or_default()));
        }
    }
    routes
}

/// The HTTP API's routes, written as `of_watch` writes them.
pub fn as_watch(routes: &BTreeSet<Route>) -> BTreeSet<String> {
    let http = routes.iter().filter(|route| route.api == Api::Http);
    http.map(|route| line(&route.method, &watched(&route.path), &route.function)).collect()
}

/// A path as the router of `cargo lambda watch` writes it: its greedy parameters are `{*name}`.
fn watched(path: &str) -> String {
    let segment = |text: &str| match text.strip_prefix('{').and_then(|it| it.strip_suffix("+}")) {
        Some(name) => format!("{{*{name}}}"),
        None => text.to_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// The routes that nobody guards, as `METHOD path`, with the API before those of the REST API.
pub fn public(routes: &BTreeSet<Route>) -> BTreeSet<String> {
    let open = routes.iter().filter(|route| route.authorizer.is_none());
    open.map(|route| match route.api {
        Api::Http => format!("{} {}", route.method, route.path),
        Api::Rest => format!("REST {} {}", route.method, route.path),
    })
    .collect()
}

fn line(method: &str, path: &str, function: &str) -> String {
    format!("{method} {path} {function}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEMPLATE: &str = r"
Resources:
  Web: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {Authorizers: {Guard: {}}}}}
  Rest: {Type: AWS::Serverless::Api, Properties: {Auth: {DefaultAuthorizer: Guard}}}
  MeFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/me
      Events:
        A: {Type: HttpApi, Properties: {ApiId: !Ref Web, Method: GET, Path: /me, Auth: {Authorizer: Guard}}}
        B: {Type: HttpApi, Properties: {ApiId: !Ref Web, Method: any, Path: /open}}
        C: {Type: Api, Properties: {RestApiId: !Ref Rest, Method: GET, Path: /me}}
        D: {Type: Api, Properties: {RestApiId: !Ref Rest, Method: GET, Path: /hole, Auth: {Authorizer: NONE}}}
";

    #[test]
    fn routes_without_a_guard_are_found() {
        let routes = of_template(&Template::parse(TEMPLATE).unwrap());
        assert_eq!(public(&routes), BTreeSet::from(["ANY /open".into(), "REST GET /hole".into()]));
    }

    #[test]
    fn a_router_that_lacks_a_method_differs() {
        let deployed = as_watch(&of_template(&Template::parse(TEMPLATE).unwrap()));
        let router = |methods: &[&str]| {
            of_watch(&json!({"lambda": {"watch": {"router": [
                {"path": "/me", "function": "me", "methods": methods}, {"path": "/open", "function": "me"},
            ]}}}))
        };
        assert_eq!(router(&["GET"]), deployed);
        assert_ne!(router(&["POST"]), deployed);
    }
}
