// `openid-client` from npm: discovery, code flow with PKCE and nonce, userinfo, refresh, introspection, revocation.
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { authorize, done, setting } from './dialogue.mjs';

const secret = setting('CLIENT_SECRET');
const methods = {
  client_secret_basic: () => client.ClientSecretBasic(secret),
  client_secret_post: () => client.ClientSecretPost(secret),
  none: () => client.None(),
};
const config = await client.discovery(
  new URL(setting('ISSUER')),
  setting('CLIENT_ID'),
  undefined,
  methods[setting('AUTH_METHOD')](),
);
// Also check signatures that came over TLS from the server itself.
client.enableNonRepudiationChecks(config);

const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: setting('REDIRECT_URI'),
  scope: setting('SCOPE'),
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
});
const callback = await authorize(url);
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
const tokens = await client.authorizationCodeGrant(config, callback, checks);
const { sub, auth_time: authTime } = tokens.claims();
assert.equal(tokens.token_type, 'bearer');

const person = await client.fetchUserInfo(config, tokens.access_token, sub);
assert.equal(person.email, setting('EMAIL'));

const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
assert.equal(fresh.claims().sub, sub);
assert.equal(fresh.claims().auth_time, authTime);
assert.notEqual(fresh.refresh_token, tokens.refresh_token);

const introspect = (token) => client.tokenIntrospection(config, token);
if (secret) {
  const seen = await introspect(fresh.access_token);
  assert.equal(seen.active, true);
  assert.equal(seen.client_id, setting('CLIENT_ID'));
}
await client.tokenRevocation(config, fresh.refresh_token);
if (secret) assert.equal((await introspect(fresh.access_token)).active, false);
await assert.rejects(client.refreshTokenGrant(config, fresh.refresh_token), { error: 'invalid_grant' });
done();
