//! What an HTTP API sends its authorizer (payload 2.0), with the headers that a client and the gateway add.

use serde_json::json;

use crate::Failure;

/// The event of `GET /v1/contacts/{id}` with this token, as bytes.
pub(crate) fn with_token(token: &str) -> Result<Vec<u8>, Failure> {
    let authorization = format!("Bearer {token}");
    let event = json!({
        "version": "2.0", "type": "REQUEST",
        "routeArn": "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/$default/GET/v1/contacts/con_17",
        "identitySource": [authorization],
        "routeKey": "GET /v1/contacts/{id}", "rawPath": "/v1/contacts/con_17", "rawQueryString": "expand=tags",
        "headers": {
            "accept": "application/json", "accept-encoding": "gzip, deflate, br",
            "authorization": authorization, "content-length": "0", "host": "api.example.com",
            "user-agent": "acme-export/2.4 (linux; x86_64)",
            "x-amzn-trace-id": "Root=1-6957a1b2-3c4d5e6f708192a3b4c5d6e7",
            "x-forwarded-for": "203.0.113.17", "x-forwarded-port": "443", "x-forwarded-proto": "https",
        },
        "queryStringParameters": {"expand": "tags"}, "pathParameters": {"id": "con_17"},
        "stageVariables": null,
        "requestContext": {
            "accountId": "123456789012", "apiId": "a1b2c3d4e5",
            "domainName": "api.example.com", "domainPrefix": "api",
            "http": {
                "method": "GET", "path": "/v1/contacts/con_17", "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.17", "userAgent": "acme-export/2.4 (linux; x86_64)",
            },
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": "GET /v1/contacts/{id}", "stage": "$default",
            "time": "02/Jan/2026:10:22:03 +0000", "timeEpoch": 1_767_349_323_000_u64,
        },
    });
    Ok(serde_json::to_vec(&event)?)
}
