"""Authlib from PyPI: discovery, code flow with PKCE and nonce, userinfo, refresh, introspection, revocation."""

import secrets

import httpx
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from dialogue import authorize, done, setting
from joserfc import jwt
from joserfc.jwk import KeySet

issuer, secret = setting("ISSUER"), setting("CLIENT_SECRET")
metadata = httpx.get(f"{issuer}/.well-known/openid-configuration").raise_for_status().json()
assert metadata["issuer"] == issuer
keys = KeySet.import_key_set(httpx.get(metadata["jwks_uri"]).raise_for_status().json())

client = OAuth2Client(
    setting("CLIENT_ID"),
    secret,
    token_endpoint_auth_method=setting("AUTH_METHOD"),
    redirect_uri=setting("REDIRECT_URI"),
    scope=setting("SCOPE"),
    code_challenge_method="S256",
)
token_endpoint, verifier, nonce = metadata["token_endpoint"], secrets.token_urlsafe(48), secrets.token_urlsafe(16)
url, state = client.create_authorization_url(
    metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
)
callback = authorize(url)
tokens = client.fetch_token(
    token_endpoint, authorization_response=callback, state=state, code_verifier=verifier
)


def claims(answer: dict, expected_nonce: str | None) -> CodeIDToken:
    """The ID token's claims, checked by the library."""
    token = jwt.decode(answer["id_token"], keys, algorithms=metadata["id_token_signing_alg_values_supported"])
    options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": setting("CLIENT_ID")}}
    params = {"client_id": setting("CLIENT_ID"), "nonce": expected_nonce, "access_token": answer["access_token"]}
    checked = CodeIDToken(token.claims, token.header, options, params)
    checked.validate(leeway=5)
    return checked


first = claims(tokens, nonce)
person = client.get(metadata["userinfo_endpoint"]).raise_for_status().json()
assert (person["sub"], person["email"]) == (first["sub"], setting("EMAIL"))

old = tokens["refresh_token"]
fresh = client.refresh_token(token_endpoint, refresh_token=old)
assert fresh["refresh_token"] != old
assert claims(fresh, None)["sub"] == first["sub"]


def is_active() -> bool:
    """What the server says of the newest access token."""
    answer = client.introspect_token(metadata["introspection_endpoint"], token=fresh["access_token"])
    return answer.raise_for_status().json()["active"]


if secret:
    assert is_active()
client.revoke_token(
    metadata["revocation_endpoint"], token=fresh["refresh_token"], token_type_hint="refresh_token"
).raise_for_status()
if secret:
    assert not is_active()
try:
    client.refresh_token(token_endpoint, refresh_token=fresh["refresh_token"])
except OAuthError as error:
    assert error.error == "invalid_grant", error.error
else:
    raise AssertionError("a revoked refresh token was good")
done()
