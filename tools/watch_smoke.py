"""Waits for the metadata, fetches a client-credentials token and lets the authorizer judge it.

Arguments: the watching process, the base URL, the demo file."""

import base64
import json
import os
import sys
import time
import urllib.parse
import urllib.request


def post(url, body, headers):
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.load(answer)


def metadata(base, process):
    """The first answer may wait for a build."""
    for _ in range(300):
        try:
            os.kill(process, 0)
            with urllib.request.urlopen(f"{base}/.well-known/openid-configuration", timeout=300) as answer:
                return json.load(answer)
        except ProcessLookupError:
            sys.exit("it stopped by itself")
        except OSError:
            time.sleep(1)
    sys.exit("no metadata within 300 s")


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
    process, base, demo = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    if "token_endpoint" not in metadata(base, process):
        sys.exit("the metadata names no token endpoint")
    with open(demo, encoding="utf-8") as file:
        service = json.load(file)["clients"]["service"]
    body = json.dumps(event(token(base, service))).encode()
    url = f"{base}/2015-03-31/functions/authorizer/invocations"
    verdict = post(url, body, {"Content-Type": "application/json"})
    effects = {statement["Effect"] for statement in verdict["policyDocument"]["Statement"]}
    if effects != {"Allow"}:
        sys.exit(f"the authorizer answered {sorted(effects)}")


main()
