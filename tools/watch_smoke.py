"""Fetches a client-credentials token and lets the authorizer judge it. Arguments: base URL, demo file."""

import base64
import json
import sys
import urllib.parse
import urllib.request


def post(url, body, headers):
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.load(answer)


def token(base, client):
    basic = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "contact.read"}).encode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    return post(f"{base}/oauth2/token", form, headers)["access_token"]


def event(credential):
    """A payload 2.0 authorizer event for GET /v1/contacts."""
    arn = "arn:aws:execute-api:us-east-1:000000000000:local/$default/GET/v1/contacts"
    http = {"method": "GET", "path": "/v1/contacts", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": ""}
    return {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": arn,
        "identitySource": [f"Bearer {credential}"],
        "routeKey": "GET /v1/contacts",
        "rawPath": "/v1/contacts",
        "rawQueryString": "",
        "headers": {"authorization": f"Bearer {credential}"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "localhost",
            "domainPrefix": "localhost",
            "http": http,
            "requestId": "smoke",
            "routeKey": "GET /v1/contacts",
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1767225600000,
        },
    }


def main():
    base, demo = sys.argv[1], sys.argv[2]
    with open(demo, encoding="utf-8") as file:
        service = json.load(file)["clients"]["service"]
    body = json.dumps(event(token(base, service))).encode()
    url = f"{base}/2015-03-31/functions/authorizer/invocations"
    verdict = post(url, body, {"Content-Type": "application/json"})
    effects = {statement["Effect"] for statement in verdict["policyDocument"]["Statement"]}
    if effects != {"Allow"}:
        sys.exit(f"the authorizer answered {sorted(effects)}")


main()
