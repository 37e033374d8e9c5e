// The MCP SDK's own client and OAuth flow: it knows the server's URL and nothing else.
import assert from 'node:assert/strict';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { authorize, done, setting } from './dialogue.mjs';

/** Keeps everything in memory; a person's browser is the test's. */
class Memory {
  clientMetadata = {
    client_name: 'An MCP client',
    redirect_uris: [setting('REDIRECT_URI')],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  redirectUrl = setting('REDIRECT_URI');
  client = setting('CLIENT_ID') && { client_id: setting('CLIENT_ID') };
  clientMetadataUrl = setting('CLIENT_METADATA_URL');

  clientInformation() {
    return this.client;
  }
  saveClientInformation(client) {
    this.client = client;
  }
  tokens() {
    return this.saved;
  }
  saveTokens(tokens) {
    this.saved = tokens;
  }
  codeVerifier() {
    return this.verifier;
  }
  saveCodeVerifier(verifier) {
    this.verifier = verifier;
  }
  invalidateCredentials() {
    this.saved = undefined;
  }
  async redirectToAuthorization(url) {
    this.asked = url;
  }
}

const server = new URL(setting('SERVER'));
const memory = new Memory();
const transport = () => new StreamableHTTPClientTransport(server, { authProvider: memory });
const connect = async () => {
  const [client, connection] = [new Client({ name: 'interop', version: '1.0.0' }), transport()];
  await client.connect(connection);
  return client;
};

const first = transport();
await assert.rejects(new Client({ name: 'interop', version: '1.0.0' }).connect(first), UnauthorizedError);
assert.equal(memory.asked.searchParams.get('resource'), server.href);
assert.equal(memory.asked.searchParams.get('code_challenge_method'), 'S256');
const callback = await authorize(memory.asked);
await first.finishAuth(callback.searchParams.get('code'));
assert.ok(memory.saved.refresh_token);
if (memory.clientMetadataUrl) assert.equal(memory.client.client_id, memory.clientMetadataUrl);
if (setting('REGISTERS')) assert.ok(memory.client.registration_access_token || memory.client.client_id_issued_at);

let client = await connect();
const { tools } = await client.listTools();
assert.deepEqual(tools.map((tool) => tool.name), ['whoami']);
const answer = await client.callTool({ name: 'whoami', arguments: {} });
assert.notEqual(answer.isError, true);

// An access token that is no longer good is renewed without anybody being asked.
const old = memory.saved.refresh_token;
memory.saved = { ...memory.saved, access_token: `${memory.saved.access_token}x` };
client = await connect();
assert.equal((await client.listTools()).tools.length, 1);
assert.notEqual(memory.saved.refresh_token, old);

// A dead refresh token leads back to the person, not to an error.
memory.saved = { ...memory.saved, access_token: 'x', refresh_token: old.slice(0, -1) };
memory.asked = undefined;
await assert.rejects(connect(), UnauthorizedError);
assert.ok(memory.asked);
done();
