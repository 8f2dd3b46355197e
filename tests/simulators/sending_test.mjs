import assert from 'node:assert/strict';
import test from 'node:test';
import { register_document, registration, startOpenCti, token, until } from './support.mjs';

const push = 'mutation P($bundle: String!) { stixBundlePush(connectorId: "test-connector", bundle: $bundle) }';
const upload = 'mutation U($file: Upload!, $markings: [String!]) { uploadPending(file: $file, file_markings: $markings) { id } }';
const country = { type: 'location', x_opencti_location_type: 'Country', id: 'location--1', name: 'Netherlands' };
const sector = { type: 'identity', identity_class: 'class', id: 'identity--1', name: 'Finance' };
const bundle = JSON.stringify({ type: 'bundle', id: 'bundle--1', objects: [country, sector] });

async function registered(t, ...options) {
  const platform = await startOpenCti(t, ...options);
  await platform.graphql(register_document, { input: registration });
  return platform;
}

const codeOf = ({ errors }) => errors[0].extensions.code;

function send(platform, parts, headers = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(parts)) body.append(name, value, ...(value instanceof Blob ? ['a.json'] : []));
  return fetch(`${platform.url}/graphql`, { method: 'POST', headers: { authorization: `Bearer ${token}`, ...headers }, body });
}

const parts = () => ({
  operations: JSON.stringify({ query: upload, variables: { file: null, markings: ['m1'] } }),
  map: '{"file":["variables.file"]}',
  file: new Blob([bundle], { type: 'application/json' }),
});

test('a pushed bundle is imported for the caller, without a broker', async (t) => {
  const platform = await registered(t);
  const answer = await platform.graphql(push, { bundle });
  assert.equal(answer.data.stixBundlePush, true);
  const [message] = await until(async () => {
    const all = await platform.control('bundles');
    return all.length > 0 && all[0].imported === 2 ? all : null;
  });
  assert.equal(message.envelope.update, true);
  assert.equal(message.draft_id, null);
});

test('a bundle of an unknown connector, or without objects, is rejected', async (t) => {
  const platform = await startOpenCti(t);
  assert.equal(codeOf(await platform.graphql(push, { bundle })), 'UNSUPPORTED_ERROR');
  await platform.graphql(register_document, { input: registration });
  assert.equal(codeOf(await platform.graphql(push, { bundle: '{"type":"bundle","objects":[]}' })), 'UNSUPPORTED_ERROR');
});

test('an uploaded file waits in a workbench until it is validated', async (t) => {
  const platform = await registered(t);
  for (const _ of [1, 2]) assert.deepEqual(await (await send(platform, parts())).json(), {
    data: { uploadPending: { id: 'import/pending/a.json' } },
  });
  const [workbench] = await platform.control('workbenches');
  assert.deepEqual([workbench.uploads, workbench.file_markings, workbench.bundle], [2, ['m1'], JSON.parse(bundle)]);
  assert.deepEqual(await platform.control('workbenches/a.json/validate', {}), { refused: [] });
  assert.equal((await platform.control('entities/location--1')).object.name, 'Netherlands');
});

test('a workbench in a draft is rejected', async (t) => {
  const platform = await registered(t);
  const { id } = await platform.control('drafts', {});
  assert.equal(codeOf(await (await send(platform, parts(), { 'opencti-draft-id': id })).json()), 'UNSUPPORTED_ERROR');
});

test('a request whose parts are missing or in another order is rejected', async (t) => {
  const platform = await registered(t);
  const { operations, map } = parts();
  assert.equal((await send(platform, { map, operations })).status, 500);
  assert.equal((await send(platform, { operations, map })).status, 500);
});

test('newer platforms take version and slug', async (t) => {
  const platform = await startOpenCti(t, '--new-fields');
  const answer = await platform.graphql(register_document, { input: { ...registration, version: '1', slug: 's' } });
  assert.equal(answer.errors, undefined);
  assert.equal((await platform.control('state')).connectors[0].version, '1');
});

test('types can be kept from being asked for', async (t) => {
  const platform = await startOpenCti(t, '--no-introspection');
  assert.equal(codeOf(await platform.graphql('{ __type(name: "Work") { name } }')), 'RESOURCE_NOT_FOUND');
});

test('the object storage is named where there is one', async (t) => {
  const document = 'mutation R($input: RegisterConnectorInput) { registerConnector(input: $input) { config { s3 { endpoint access_key } } } }';
  const platform = await startOpenCti(t, '--s3', 'http://a:s@127.0.0.1:9000/b');
  const { data } = await platform.graphql(document, { input: registration });
  assert.deepEqual(data.registerConnector.config.s3, { endpoint: '127.0.0.1', access_key: 'a' });
});
