use serde_json::{Value, json};

use crate::handle;

/// What the function makes of a POST with this body, and of headers over those that every client sends.
fn posted(body: &str, headers: &Value) -> (Value, Value) {
    let mut event = json!({
        "routeKey": "POST /mcp",
        "headers": { "content-type": "application/json", "host": "api.test" },
        "requestContext": { "authorizer": { "lambda": { "tenant": "ten_1", "user": "usr_1", "client_id": "c", "scope": "mcp.use" } } },
        "body": body,
    });
    for (name, value) in headers.as_object().unwrap() {
        event["headers"][name] = value.clone();
    }
    let answer = handle(&event);
    let body = answer["body"].as_str().unwrap();
    (answer["statusCode"].clone(), serde_json::from_str(body).unwrap_or_default())
}

fn asked(method: &str, params: &Value) -> Value {
    let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let (status, body) = posted(&message.to_string(), &json!({ "mcp-protocol-version": "2025-06-18" }));
    assert_eq!((status, &body["jsonrpc"], &body["id"]), (json!(200), &json!("2.0"), &json!(7)));
    body
}

#[test]
fn a_client_is_welcomed_in_its_own_revision_or_in_ours() {
    for (asks, gets) in [
        ("2025-06-18", "2025-06-18"),
        ("2025-03-26", "2025-03-26"),
        ("1999-01-01", "2025-11-25"),
        ("", "2025-11-25"),
    ] {
        let params = json!({ "protocolVersion": asks, "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
        let result = &asked("initialize", &params)["result"];
        assert_eq!(result["protocolVersion"], gets, "{asks}");
        assert!(result["serverInfo"]["name"].is_string() && result["capabilities"]["tools"].is_object());
    }
}

#[test]
fn there_is_one_tool_and_it_tells_who_calls() {
    assert_eq!(asked("ping", &json!({}))["result"], json!({}));
    let tools = asked("tools/list", &Value::Null)["result"]["tools"].clone();
    assert_eq!((tools.as_array().unwrap().len(), &tools[0]["name"]), (1, &json!("whoami")));
    let told = asked("tools/call", &json!({ "name": "whoami", "arguments": {} }))["result"].clone();
    let who = json!({ "tenant": "ten_1", "user": "usr_1", "client_id": "c", "scope": "mcp.use" });
    assert_eq!((&told["structuredContent"], &told["isError"]), (&who, &json!(false)));
    let text = told["content"][0]["text"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), who);
    for required in tools[0]["outputSchema"]["required"].as_array().unwrap() {
        assert!(who.get(required.as_str().unwrap()).is_some(), "{required}");
    }
}

#[test]
fn what_is_not_there_has_its_code() {
    assert_eq!(asked("resources/list", &json!({}))["error"]["code"], -32601);
    assert_eq!(asked("tools/call", &json!({ "name": "other" }))["error"]["code"], -32602);
    assert_eq!(asked("tools/call", &Value::Null)["error"]["code"], -32602);
}

#[test]
fn notifications_and_answers_are_taken_in_silence() {
    for silent in [
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":"a","error":{"code":1,"message":"x"}}"#,
    ] {
        assert_eq!(posted(silent, &json!({})), (json!(202), Value::Null), "{silent}");
    }
}

#[test]
fn what_is_no_message_is_refused() {
    for (body, code) in [
        ("", -32700),
        ("{", -32700),
        ("null", -32600),
        ("[]", -32600),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
        (r#"{"id":1,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"result":1,"error":2}"#, -32600),
    ] {
        let (status, answer) = posted(body, &json!({}));
        assert_eq!(
            (status, &answer["error"]["code"], &answer["id"]),
            (json!(400), &json!(code), &Value::Null),
            "{body}"
        );
    }
}

#[test]
fn headers_are_held_to_the_transport() {
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    for (headers, status) in [
        (json!({}), 200),
        (json!({ "origin": "https://api.test" }), 200),
        (json!({ "origin": "https://evil.test" }), 403),
        (json!({ "origin": "null" }), 403),
        (json!({ "mcp-protocol-version": "2025-11-25" }), 200),
        (json!({ "mcp-protocol-version": "2019-01-01" }), 400),
        (json!({ "content-type": "application/json; charset=utf-8" }), 200),
        (json!({ "content-type": "text/plain" }), 415),
    ] {
        assert_eq!(posted(ping, &headers).0, status, "{headers}");
    }
}

#[test]
fn there_are_no_streams_and_no_sessions() {
    for method in ["GET", "DELETE"] {
        let answer = handle(&json!({ "routeKey": format!("{method} /mcp") }));
        assert_eq!((&answer["statusCode"], &answer["headers"]["allow"]), (&json!(405), &json!("POST")));
        let rest = handle(&json!({ "httpMethod": method, "resource": "/mcp" }));
        assert_eq!(rest["statusCode"], 405);
    }
}
