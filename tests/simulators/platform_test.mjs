import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { namedId } from '../../simulators/opencti/ids.mjs';
import { schemaText } from '../../simulators/opencti/schema.mjs';
import { register_document, registration, startOpenCti, until } from './support.mjs';

const about = '{ about { version } }';
const file = {
  type: 'file',
  id: 'file--94ea6e88-ae8c-5af1-a9b4-a9564b6dd2f6',
  hashes: { MD5: 'bad0bad1bad2bad3bad4bad5bad6bad7' },
  object_marking_refs: ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82'],
};
const entity_document = `query Entity($id: String!) {
  stixCoreObject(id: $id) { id standard_id entity_type objectMarking { standard_id definition_type definition } toStix }
}`;

const codeOf = ({ errors }) => errors[0].extensions.code;

test('it says which ids nothing has', async (t) => {
  const platform = await startOpenCti(t);
  await platform.control('entities', { object: file });
  assert.deepEqual(await platform.control('missing', { ids: [file.id, 'note--1'] }), { missing: ['note--1'] });
});

test('fields, arguments and input fields that the platform does not have are rejected', async (t) => {
  const platform = await startOpenCti(t);
  const field = await platform.graphql('{ about { nope } }');
  assert.equal(codeOf(field), 'GRAPHQL_VALIDATION_FAILED');
  assert.equal(field.errors[0].name, 'GRAPHQL_VALIDATION_FAILED');
  assert.equal('data' in field, false);
  assert.equal(codeOf(await platform.graphql('{ work(id: "w", colour: "red") { id } }')), 'GRAPHQL_VALIDATION_FAILED');
  const input = await platform.graphql(register_document, { input: { ...registration, slug: 'x' } });
  assert.equal(codeOf(input), 'BAD_USER_INPUT');
  assert.match(input.errors[0].message, /Field "slug" is not defined by type "RegisterConnectorInput"/);
});

test('a field may be called twice in a query and once in a mutation', async (t) => {
  const platform = await startOpenCti(t);
  const twice = await platform.graphql('{ a: about { version } b: about { version } }');
  assert.equal(twice.data.b.version, '7.260318');
  const thrice = await platform.graphql('{ a: about { version } b: about { version } c: about { version } }');
  assert.equal(thrice.errors[0].message, 'Allowed number of calls for Query->about has been exceeded (max: 2)');
  const edits = await platform.graphql('mutation { a: workEdit(id: "w") { toReceived } b: workEdit(id: "w") { toReceived } }');
  assert.equal(edits.errors[0].message, 'Allowed number of calls for Mutation->workEdit has been exceeded (max: 1)');
  const several = await platform.graphql('mutation { workEdit(id: "w") { toReceived addExpectations(expectations: 1) } }');
  assert.deepEqual(several.data.workEdit, { toReceived: 'w', addExpectations: 'w' });
});

test('types can be asked for one by one, the whole schema not', async (t) => {
  const platform = await startOpenCti(t);
  const type = await platform.graphql('{ __type(name: "RegisterConnectorInput") { inputFields { name } } }');
  assert.ok(type.data.__type.inputFields.some(({ name }) => name === 'playbook_compatible'));
  assert.equal(codeOf(await platform.graphql('{ __schema { types { name } } }')), 'RESOURCE_NOT_FOUND');
});

test('a wrong token is an error with status 200', async (t) => {
  const platform = await startOpenCti(t);
  const response = await platform.post('/graphql', JSON.stringify({ query: about }), { authorization: 'Bearer other' });
  assert.equal(response.status, 200);
  const answer = await response.json();
  assert.equal(codeOf(answer), 'AUTH_REQUIRED');
  assert.deepEqual(answer.errors[0].path, ['about']);
  assert.equal(answer.data, null);
});

test('a body that is not a GraphQL request gets the statuses of the real server', async (t) => {
  const platform = await startOpenCti(t);
  const status = async (...request) => (await platform.post(...request)).status;
  assert.equal(await status('//graphql', JSON.stringify({ query: about })), 404);
  assert.equal(await status('/graphql', JSON.stringify([{ query: about }])), 400);
  assert.equal(await status('/graphql', JSON.stringify({ query: about }), { 'content-type': 'text/plain' }), 400);
  const malformed = await platform.post('/graphql', '{query');
  assert.equal(malformed.status, 500);
  assert.equal((await malformed.json()).status, 'error');
  const variables = { x: 'x'.repeat(51 * 1024 * 1024) };
  const large = await platform.post('/graphql', JSON.stringify({ query: about, variables }));
  assert.equal(large.status, 500);
  assert.deepEqual(await large.json(), { status: 'error', error: 'request entity too large' });
});

test('a connector registers, pings, loses its state on a reset and is gone after a delete', async (t) => {
  const platform = await startOpenCti(t, '--connector-user-id', 'user-1');
  const ping = (state) => platform.graphql(
    'mutation P($id: ID!, $state: String) { pingConnector(id: $id, state: $state) { connector_state } }',
    { id: registration.id, state },
  );
  assert.match((await ping('{}')).errors[0].message, /No connector found with the specified ID/);

  const { registerConnector: registered } = (await platform.graphql(register_document, { input: registration })).data;
  assert.equal(registered.connector_user_id, 'user-1');
  assert.equal(registered.config.listen, 'listen_test-connector');
  assert.equal(registered.connector_state, null);
  assert.equal(registered.active, true);
  assert.equal((await ping('{"a":1}')).data.pingConnector.connector_state, '{"a":1}');

  await platform.control('connectors/test-connector/reset', {});
  assert.equal((await ping('{"a":2}')).data.pingConnector.connector_state, '');
  assert.equal((await ping('{"a":3}')).data.pingConnector.connector_state, '{"a":3}');

  await platform.control('connectors/test-connector/delete', {});
  assert.equal(codeOf(await ping('{}')), 'FUNCTIONAL_ERROR');
});

test('a registration needs a name and a scope', async (t) => {
  const platform = await startOpenCti(t);
  const register = (change) => platform.graphql(register_document, { input: { ...registration, ...change } });
  assert.equal(codeOf(await register({ name: ' ' })), 'BAD_USER_INPUT');
  assert.match((await register({ scope: [] })).errors[0].message, /connector_scope/);
  assert.equal(codeOf(await register({ type: 'ENRICHMENT' })), 'BAD_USER_INPUT');
});

test('an entity is read by any of its ids, in the platform\'s form', async (t) => {
  const platform = await startOpenCti(t);
  const { internal_id: internalId } = await platform.control('entities', { object: file });
  for (const id of [file.id, internalId]) {
    const { stixCoreObject: entity } = (await platform.graphql(entity_document, { id })).data;
    assert.equal(entity.entity_type, 'StixFile');
    assert.deepEqual(entity.objectMarking, [
      { standard_id: file.object_marking_refs[0], definition_type: 'TLP', definition: 'TLP:AMBER' },
    ]);
    const stix = JSON.parse(entity.toStix);
    assert.deepEqual(stix.hashes, file.hashes);
    assert.equal(stix.extensions['extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba'].id, internalId);
  }
  assert.deepEqual((await platform.graphql(entity_document, { id: 'file--none' })).data, { stixCoreObject: null });
});

test('an entity that is removed is found no more, in its draft or live', async (t) => {
  const platform = await startOpenCti(t);
  const read = async (draft) => (await platform.graphql(entity_document, { id: file.id }, { 'opencti-draft-id': draft })).data.stixCoreObject;
  await platform.control('entities', { object: file });
  await platform.control('entities', { object: file, draft_id: 'draft-1' });
  await platform.control(`entities/${file.id}`, undefined, 'DELETE');
  assert.equal(await read(''), null);
  assert.equal((await read('draft-1')).standard_id, file.id);
  await platform.control(`entities/${file.id}?draft_id=draft-1`, undefined, 'DELETE');
  assert.equal(await read('draft-1'), null);
});

test('with a whole schema, fields that are not simulated are null or empty, and the rest is unchanged', async (t) => {
  const more = `
    extend type Query { stixNestedRefRelationships: String }
    extend type StixFile { parent_types: [String!]! spec_version: String! is_inferred: Boolean! representative: Representative! metrics: [String] }
    type Representative { main: String! secondary: String }`;
  const folder = mkdtempSync(path.join(tmpdir(), 'schema-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const whole = path.join(folder, 'schema.graphql');
  writeFileSync(whole, schemaText() + more);
  const platform = await startOpenCti(t, '--schema', whole);
  await platform.control('entities', { object: file });
  const { data, errors } = await platform.graphql(`query E($id: String!) {
    stixNestedRefRelationships
    stixCoreObject(id: $id) {
      standard_id
      ... on StixFile { parent_types spec_version is_inferred representative { main secondary } metrics hashes { algorithm hash } }
    }
  }`, { id: file.id });
  assert.equal(errors, undefined);
  const { hashes, ...others } = data.stixCoreObject;
  assert.deepEqual(hashes.map(({ algorithm, hash }) => [algorithm, hash]), Object.entries(file.hashes));
  assert.deepEqual([data.stixNestedRefRelationships, others], [null, {
    standard_id: file.id, parent_types: [], spec_version: '', is_inferred: false, representative: { main: '', secondary: null }, metrics: null,
  }]);
});

test('an entity of a type that the part of the schema does not have is read as none', async (t) => {
  const platform = await startOpenCti(t);
  const id = 'email-addr--00000000-0000-4000-8000-000000000001';
  await platform.control('entities', { entity_type: 'Email-Addr', object: { type: 'email-addr', id, value: 'a@b.example' } });
  assert.deepEqual(await platform.graphql(entity_document, { id }), { data: { stixCoreObject: null } });
});

test('an entity of a draft is seen with its header only, and a draft that is not open locks everything', async (t) => {
  const platform = await startOpenCti(t);
  await platform.control('entities', { object: file, draft_id: 'draft-1' });
  const read = async (headers) => (await platform.graphql(entity_document, { id: file.id }, headers));
  assert.equal((await read({})).data.stixCoreObject, null);
  assert.equal((await read({ 'opencti-draft-id': '' })).data.stixCoreObject, null);
  assert.equal((await read({ 'opencti-draft-id': 'draft-1' })).data.stixCoreObject.standard_id, file.id);

  await platform.control('drafts/draft-1/close', {});
  for (const draft of ['draft-1', 'draft-none']) {
    const response = await platform.post('/graphql', JSON.stringify({ query: about }), { 'opencti-draft-id': draft });
    assert.equal(response.status, 500);
    assert.equal(codeOf(await response.json()), 'DRAFT_LOCKED');
  }
});

test('a request for a work that is not alive is impossible', async (t) => {
  const platform = await startOpenCti(t);
  const response = await platform.post('/graphql', JSON.stringify({ query: about }), { 'opencti-work-id': 'work_none' });
  assert.equal(response.status, 500);
  assert.equal(codeOf(await response.json()), 'WORK_NOT_ALIVE');
});

test('faults hit the operations they are meant for, also those under workEdit', async (t) => {
  const platform = await startOpenCti(t);
  const received = () => platform.graphql('mutation { workEdit(id: "w") { toReceived } }');
  await platform.control('faults', {
    operation: 'toReceived', kind: 'graphql_error', code: 'LOCK_ERROR', message: 'locked', times: 1,
  });
  assert.equal((await platform.graphql(about)).data.about.version, '7.260318');
  const locked = await received();
  assert.equal(codeOf(locked), 'LOCK_ERROR');
  assert.equal(locked.errors[0].message, 'locked');
  assert.equal((await received()).data.workEdit.toReceived, 'w');

  await platform.control('faults', { kind: 'status', status: 502, times: 1 });
  assert.equal((await platform.post('/graphql', JSON.stringify({ query: about }))).status, 502);
  await platform.control('faults', { kind: 'reset', times: 1 });
  await assert.rejects(platform.graphql(about));
});

test('a held mutation has taken effect, unless it is held before', async (t) => {
  const platform = await startOpenCti(t);
  const register = () => platform.graphql(register_document, { input: registration });
  const registrations = async () => (await platform.control('state')).registrations;
  const held = () => until(async () => (await platform.control('state')).held[0]);

  await platform.control('faults', { operation: 'registerConnector', kind: 'hold', times: 1 });
  const first = register();
  assert.deepEqual((await held()).operations, ['registerConnector']);
  assert.equal(await registrations(), 1);
  await platform.control('release', {});
  assert.equal((await first).data.registerConnector.id, registration.id);

  await platform.control('faults', { operation: 'registerConnector', kind: 'hold', before: true, times: 1 });
  const second = register();
  await held();
  assert.equal(await registrations(), 1);
  await platform.control('release', {});
  await second;
  assert.equal(await registrations(), 2);
});

test('an effect can take place although its answer is lost', async (t) => {
  const platform = await startOpenCti(t);
  await platform.control('faults', { operation: 'registerConnector', kind: 'reset', before: false, times: 1 });
  await assert.rejects(platform.graphql(register_document, { input: registration }));
  assert.equal((await platform.control('state')).registrations, 1);
});

test('a country or sector is read by its id, by former ids and by the ids of its names', async (t) => {
  const platform = await startOpenCti(t);
  const former = 'location--00000000-0000-4000-8000-000000000002';
  await platform.control('entities', { object: {
    type: 'location', id: 'location--00000000-0000-4000-8000-000000000001', name: 'Netherlands', x_opencti_location_type: 'Country',
    x_opencti_aliases: ['NL', 'NLD'],
    extensions: { 'extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba': { stix_ids: [former] } },
  } });
  await platform.control('entities', { object: {
    type: 'identity', identity_class: 'class', id: 'identity--00000000-0000-4000-8000-000000000003', name: 'Finance',
  } });
  const read = async (id) => (await platform.graphql(entity_document, { id })).data.stixCoreObject;
  const { id: internal, standard_id: standard, entity_type: type, toStix } = await read(former);
  assert.equal(type, 'Country');
  assert.equal(standard, 'location--00000000-0000-4000-8000-000000000001');
  assert.equal(JSON.parse(toStix).name, 'Netherlands');
  assert.equal((await read(internal)).standard_id, standard);
  const byCode = namedId({ type: 'location' }, 'NL');
  assert.equal((await read(byCode)).standard_id, standard);
  assert.equal((await read('identity--283d4ea0-b6f1-5421-bdab-117a33fdb2b7')).entity_type, 'Sector');
  assert.equal(await read(namedId({ type: 'location' }, 'DE')), null);

  const two = `query Two($a: String!, $b: String!) {
    a: stixCoreObject(id: $a) { standard_id } b: stixCoreObject(id: $b) { standard_id }
  }`;
  const both = await platform.graphql(two, { a: byCode, b: 'identity--283d4ea0-b6f1-5421-bdab-117a33fdb2b7' });
  assert.equal(both.data.a.standard_id, standard);
  assert.equal(both.data.b.standard_id, 'identity--00000000-0000-4000-8000-000000000003');
});

test('requests are counted by operation and recorded with the headers that matter', async (t) => {
  const platform = await startOpenCti(t);
  await platform.graphql(about, {}, { 'opencti-draft-id': '', 'user-agent': 'somebody/1' });
  await platform.graphql('mutation { workEdit(id: "w") { toReceived } }');
  assert.deepEqual((await platform.control('state')).requests, { about: 1, workEdit: 1, toReceived: 1 });
  const [first] = await platform.control('requests');
  assert.deepEqual(first.operations, ['about']);
  assert.equal(first.draft_id, '');
  assert.equal(first.user_agent, 'somebody/1');
});

test('the page for users shows its objects and escapes them', async (t) => {
  const platform = await startOpenCti(t);
  await platform.graphql(register_document, { input: { ...registration, name: '<script>alert(1)</script>' } });
  const text = await (await platform.get('/')).text();
  assert.match(text, /&lt;script&gt;alert/);
  assert.doesNotMatch(text, /<script>/);
});

test('without a broker, a request for an enrichment names the missing broker', async (t) => {
  const platform = await startOpenCti(t);
  await platform.control('entities', { object: file });
  await assert.rejects(platform.control('enrich', { entity_id: file.id }), /409/);
  await platform.graphql(register_document, { input: registration });
  await assert.rejects(platform.control('enrich', { entity_id: file.id }), /503.*without a broker/);
  await assert.rejects(platform.control('enrich', { entity_id: 'file--none' }), /404/);
});

test('a connector can be read once it is registered', async (t) => {
  const platform = await startOpenCti(t);
  const read = async () => (await platform.graphql(`{ connector(id: "${registration.id}") { id config { listen } } }`)).data.connector;
  assert.equal(await read(), null);
  await platform.graphql(register_document, { input: registration });
  assert.deepEqual(await read(), { id: registration.id, config: { listen: `listen_${registration.id}` } });
});
