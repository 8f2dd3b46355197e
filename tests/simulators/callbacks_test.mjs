import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import test from 'node:test';
import { registration, startOpenCti, until } from './support.mjs';

const document = `
mutation Register($input: RegisterConnectorInput) {
  registerConnector(input: $input) { jwks config { listen_callback_uri } }
}`;

// A connector that answers requests with these statuses, and repeats the last one.
async function connector(t, statuses) {
  const posts = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    posts.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(statuses.length > 1 ? statuses.shift() : statuses[0]).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { posts, url: `http://127.0.0.1:${server.address().port}/api/callback` };
}

async function start(t, statuses) {
  const { posts, url } = await connector(t, statuses);
  const platform = await startOpenCti(t, '--callback-poll-ms', '10', '--callback-retry-ms', '1');
  const register = async () => {
    const { data } = await platform.graphql(document, { input: { ...registration, listen_callback_uri: url } });
    return JSON.parse(data.registerConnector.jwks).keys[0];
  };
  const key = await register();
  await platform.control('entities', { object: { type: 'file', id: 'file--1', hashes: { 'SHA-256': 'ab'.repeat(32) } } });
  const enrich = async () => {
    await platform.control('enrich', { entity_id: 'file--1' });
    await until(() => posts.length > 0);
  };
  return { platform, posts, key, register, enrich };
}

function claimsOf(token, key) {
  const [header, claims, signature] = token.split('.');
  const signed = verify(null, Buffer.from(`${header}.${claims}`), createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'));
  return { signed, header: JSON.parse(Buffer.from(header, 'base64url')), claims: JSON.parse(Buffer.from(claims, 'base64url')) };
}

test('messages are posted with a token that the keys of the registration verify', async (t) => {
  const { posts, key, enrich } = await start(t, [202]);
  await enrich();
  const [{ method, url, headers, body }] = posts;
  assert.equal(`${method} ${url}`, 'POST /api/callback');
  assert.equal(JSON.parse(body).event.entity_id.startsWith('file--'), true);
  const [scheme, token] = headers.authorization.split(' ');
  const { signed, header, claims } = claimsOf(token, key);
  assert.equal(scheme, 'Bearer');
  assert.equal(signed, true);
  assert.deepEqual(header, { kid: key.kid, alg: 'EdDSA', typ: 'JWT' });
  assert.deepEqual([claims.iss, claims.sub, claims.exp - claims.iat], ['opencti', 'connector', 3600]);
});

test('a message that is not accepted is posted again', async (t) => {
  const { platform, posts, enrich } = await start(t, [503, 401, 202]);
  await enrich();
  await until(() => posts.length === 3);
  assert.equal(new Set(posts.map(({ body }) => body)).size, 1);
  const tries = await until(async () => {
    const all = await platform.control('callbacks');
    return all.length === 3 && all[2].status !== null && all;
  });
  assert.deepEqual(tries.map(({ status }) => status), [503, 401, 202]);
});

test('bad tokens can be asked for, and keys renewed', async (t) => {
  const { platform, key, register } = await start(t, [202]);
  const of = async (how) => claimsOf((await platform.control('token', how)).token, key);
  assert.equal((await of({})).signed, true);
  assert.equal((await of({ claims: { exp: 1 } })).claims.exp, 1);
  for (const other of ['other', 'none', 'public']) assert.equal((await of({ key: other })).signed, false, other);
  const { kid } = await platform.control('keys', {});
  assert.notEqual(kid, key.kid);
  assert.equal((await register()).kid, kid);
});
