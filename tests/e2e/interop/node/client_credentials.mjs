// `openid-client` from npm: a server that acts for its tenant.
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { done, setting } from './dialogue.mjs';

const secret = setting('CLIENT_SECRET');
const issuer = new URL(setting('ISSUER'));
const config = await client.discovery(issuer, setting('CLIENT_ID'), secret);
const tokens = await client.clientCredentialsGrant(config, { scope: setting('SCOPE') });
assert.equal(tokens.scope, setting('SCOPE'));
assert.equal(tokens.refresh_token, undefined);

const wrong = await client.discovery(issuer, setting('CLIENT_ID'), `${secret}x`);
await assert.rejects(client.clientCredentialsGrant(wrong, { scope: setting('SCOPE') }), {
  code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
  status: 401,
});
done();
