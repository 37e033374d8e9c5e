//! What the two APIs of the template may not do: cache a verdict on less than decides it (G01, G02), trace bodies
//! or log credentials (G11), or leave a second door open beside a custom domain (G09).

use serde_json::Value;

use crate::template::{Template, strings};

/// Parts of an access-log format that would write down a credential, a query or a person's address.
const NOT_LOGGED: [&str; 7] =
    ["header", "query", "identity.", "authorizer.principalId", "path.", "protocol", "requestOverride"];

/// The faults of the template's APIs, each with the API's logical id.
pub fn faults(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    for (id, resource) in template.resources() {
        let properties = &resource["Properties"];
        let found = match resource["Type"].as_str() {
            Some("AWS::Serverless::HttpApi") => http_faults(properties),
            Some("AWS::Serverless::Api") => rest_faults(properties),
            _ => continue,
        };
        faults.extend(found.into_iter().map(|fault| format!("{id}: {fault}")));
    }
    faults
}

fn http_faults(api: &Value) -> Vec<&'static str> {
    let mut faults = shared_faults(api);
    for authorizer in authorizers(api) {
        if authorizer["EnableSimpleResponses"] != false {
            faults.push("a simple response allows every route: EnableSimpleResponses must be false (G02)");
        }
        if authorizer["EnableFunctionDefaultPermissions"] != true {
            faults.push("without EnableFunctionDefaultPermissions every call is a 500");
        }
    }
    faults
}

fn rest_faults(api: &Value) -> Vec<&'static str> {
    let mut faults = shared_faults(api);
    if api["Auth"]["DefaultAuthorizer"].as_str().is_none() {
        faults.push("no DefaultAuthorizer: a new route would be open (G09)");
    }
    if authorizers(api).any(|authorizer| authorizer["FunctionPayloadType"] != "REQUEST") {
        faults.push("a TOKEN authorizer does not see the resource");
    }
    let settings = api["MethodSettings"].as_array();
    if settings.is_none_or(|all| all.iter().any(|one| one["DataTraceEnabled"] != false)) {
        faults.push("DataTraceEnabled must be false (G11)");
    }
    faults
}

fn shared_faults(api: &Value) -> Vec<&'static str> {
    let mut faults = Vec::new();
    for authorizer in authorizers(api) {
        let identity = &authorizer["Identity"];
        if identity["ReauthorizeEvery"] != 0 {
            faults.push(
                "a cached verdict would outlive what decided it: ReauthorizeEvery must be 0 (G01, G02)",
            );
        }
        if strings(&identity["Headers"]) != ["Authorization"] {
            faults.push("the identity source is Authorization, so that a missing one is 401 (G06)");
        }
    }
    let format = api["AccessLogSettings"]["Format"].as_str().unwrap_or_default();
    if NOT_LOGGED.iter().any(|part| format.contains(part)) {
        faults.push("the access log would hold a credential, a query or an address (G11)");
    }
    if api["DisableExecuteApiEndpoint"].is_null() {
        faults.push("the default endpoint stays open beside a custom domain (G09)");
    }
    if !api["CorsConfiguration"].is_null() || !api["Cors"].is_null() {
        faults.push("one CORS rule for all: each endpoint has its own and answers itself");
    }
    faults
}

fn authorizers(api: &Value) -> impl Iterator<Item = &Value> {
    api["Auth"]["Authorizers"].as_object().into_iter().flatten().map(|(_, authorizer)| authorizer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r"
Resources:
  Web:
    Type: AWS::Serverless::HttpApi
    Properties:
      DisableExecuteApiEndpoint: true
      Auth:
        Authorizers:
          Guard:
            EnableSimpleResponses: false
            EnableFunctionDefaultPermissions: true
            Identity: {Headers: [Authorization], ReauthorizeEvery: 0}
      AccessLogSettings: {Format: '$context.routeKey'}
  Rest:
    Type: AWS::Serverless::Api
    Properties:
      DisableExecuteApiEndpoint: true
      MethodSettings: [{DataTraceEnabled: false}]
      Auth:
        DefaultAuthorizer: Guard
        Authorizers:
          Guard:
            FunctionPayloadType: REQUEST
            Identity: {Headers: [Authorization], ReauthorizeEvery: 0}
";

    #[test]
    fn a_sound_template_has_no_faults() {
        assert_eq!(faults(&Template::parse(SOUND).unwrap()), Vec::<String>::new());
    }

    #[test]
    fn each_rule_is_missed_when_it_is_broken() {
        let breaks = [
            ("ReauthorizeEvery: 0", "ReauthorizeEvery: 60", 2),
            // Nor does the template offer it.
            ("ReauthorizeEvery: 0", "ReauthorizeEvery: !Ref Kept", 2),
            ("Headers: [Authorization]", "Headers: [X-Key]", 2),
            ("EnableSimpleResponses: false", "EnableSimpleResponses: true", 1),
            ("EnableFunctionDefaultPermissions: true", "X: 1", 1),
            ("$context.routeKey", "$context.identity.sourceIp", 1),
            ("DataTraceEnabled: false", "DataTraceEnabled: true", 1),
            ("DefaultAuthorizer: Guard", "X: 1", 1),
            ("FunctionPayloadType: REQUEST", "FunctionPayloadType: TOKEN", 1),
            ("DisableExecuteApiEndpoint: true", "CorsConfiguration: true", 4),
        ];
        for (rule, broken, count) in breaks {
            let template = Template::parse(&SOUND.replace(rule, broken)).unwrap();
            assert_eq!(faults(&template).len(), count, "{broken}: {:?}", faults(&template));
        }
    }
}
