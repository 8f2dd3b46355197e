// What each user may do (opencti-graphql: graphql/authDirective.ts; experiments 2, 10 and 19).
import assert from 'node:assert/strict';
import test from 'node:test';
import { markings } from '../../simulators/opencti/markings.mjs';
import { knowledge, register_document, registration, startOpenCti, token } from './support.mjs';

const user_id = 'c0000000-0000-4000-8000-000000000001';
const idOf = (definition) => Object.keys(markings).find((id) => markings[id].definition === definition);
const address = { type: 'ipv4-addr', id: 'ipv4-addr--cafecafe-0000-4000-8000-000000000001', value: '198.51.100.1' };
const code = ({ errors }) => errors?.[0].extensions.code;

const operations = {
  about: '{ about { version } }',
  me: '{ me { name } }',
  work: '{ work(id: "w") { id } }',
  works: '{ works(first: 1) { edges { node { id } } } }',
  isWorkAlive: '{ isWorkAlive(id: "w") }',
  connector: '{ connector(id: "c") { id } }',
  stixCoreObject: '{ stixCoreObject(id: "x") { id } }',
  registerConnector: 'mutation { registerConnector(input: {id: "c", name: "Name", type: INTERNAL_ENRICHMENT, scope: ["Url"]}) { id } }',
  workEdit: 'mutation { workEdit(id: "w") { toReceived } }',
  deleteConnector: 'mutation { deleteConnector(id: "c") }',
};

async function forbidden(t, capabilities) {
  const platform = await startOpenCti(t, '--capabilities', ['APIACCESS_USETOKEN', ...capabilities].join(','));
  const answers = await Promise.all(Object.values(operations).map((query) => platform.graphql(query)));
  return Object.keys(operations).filter((name, i) => code(answers[i]) === 'FORBIDDEN_ACCESS').sort();
}

test('an operation needs the right that the platform needs for it', async (t) => {
  const of_modules = ['connector', 'isWorkAlive', 'work', 'works'];
  assert.deepEqual(await forbidden(t, []), [
    'connector', 'deleteConnector', 'isWorkAlive', 'registerConnector', 'stixCoreObject', 'work', 'workEdit', 'works',
  ]);
  assert.deepEqual(await forbidden(t, ['CONNECTORAPI', 'KNOWLEDGE_KNUPDATE']), [...of_modules, 'deleteConnector'].sort());
  assert.deepEqual(await forbidden(t, ['MODULES', 'KNOWLEDGE']), ['deleteConnector', 'registerConnector', 'workEdit']);
  assert.deepEqual(await forbidden(t, ['MODULES_MODMANAGE']), ['registerConnector', 'stixCoreObject']);
  assert.deepEqual(await forbidden(t, ['BYPASS']), []);
});

test('the stock role Connector may do everything that a connector does', async (t) => {
  const platform = await startOpenCti(t);
  for (const [name, query] of Object.entries(operations)) assert.notEqual(code(await platform.graphql(query)), 'FORBIDDEN_ACCESS', name);
});

test('a forbidden field is null, and the rest of the document is answered', async (t) => {
  const platform = await startOpenCti(t, '--capabilities', 'APIACCESS_USETOKEN,KNOWLEDGE');
  await platform.control('entities', { object: address });
  const { data, errors } = await platform.graphql(`{ stixCoreObject(id: "${address.id}") { standard_id } work(id: "w") { id } }`);
  assert.deepEqual(data, { stixCoreObject: { standard_id: address.id }, work: null });
  assert.equal(errors.length, 1);
  assert.equal(errors[0].message, 'You are not allowed to do this.');
  assert.deepEqual(errors[0].path, ['work']);
  assert.deepEqual(errors[0].extensions.data, { http_status: 403, genre: 'TECHNICAL' });
  const { data: none } = await platform.graphql('mutation { deleteConnector(id: "c") }');
  assert.equal(none, null, 'a field that must not be null takes all of the data with it');
});

test('the broker of a connector is shown to those with CONNECTORAPI only', async (t) => {
  const platform = await startOpenCti(t);
  await platform.graphql(register_document, { input: registration });
  await platform.control('users', { id: user_id, capabilities: ['APIACCESS_USETOKEN', 'MODULES'] });
  const read = (fields) => platform.graphql(`{ connector(id: "${registration.id}") { id config { ${fields} } } }`);
  assert.equal((await read('listen')).data.connector.config.listen, 'listen_test-connector');
  const hidden = await read('listen connection { host }');
  assert.equal(code(hidden), 'FORBIDDEN_ACCESS');
  assert.deepEqual(hidden.data.connector.config, null);
});

test('a token without the right to be used is a wrong one', async (t) => {
  const platform = await startOpenCti(t, '--capabilities', 'CONNECTORAPI');
  assert.equal(code(await platform.graphql(operations.about)), 'AUTH_REQUIRED');
});

test('me has rights, markings and confidence', async (t) => {
  const platform = await startOpenCti(t, '--max-markings', 'TLP:GREEN,PAP:CLEAR', '--max-confidence', '40');
  const { data: { me } } = await platform.graphql(`{ me {
    id name capabilities { name } allowed_marking { definition definition_type x_opencti_order } effective_confidence_level { max_confidence }
  } }`);
  assert.equal(me.id, user_id);
  assert.deepEqual(me.allowed_marking.map(({ definition }) => definition), ['TLP:CLEAR', 'TLP:GREEN', 'PAP:CLEAR']);
  assert.equal(me.effective_confidence_level.max_confidence, 40);
  assert.ok(me.capabilities.some(({ name }) => name === 'MODULES_MODMANAGE'));
  await platform.control('users', { id: user_id, capabilities: ['BYPASS', 'APIACCESS_USETOKEN'], max_markings: ['TLP:CLEAR'] });
  const all = (await platform.graphql('{ me { allowed_marking { definition } } }')).data.me.allowed_marking;
  assert.equal(all.length, Object.keys(markings).length, 'a user who may bypass sees everything');
});

test('other users come with a token of their own', async (t) => {
  const platform = await startOpenCti(t);
  await platform.control('users', { id: 'other', token: 'other-token', name: 'Other', capabilities: ['APIACCESS_USETOKEN'] });
  const headers = { authorization: 'Bearer other-token' };
  assert.equal((await platform.graphql('{ me { name } }', {}, headers)).data.me.name, 'Other');
  assert.equal((await platform.graphql('{ me { name } }', {}, { authorization: `Bearer ${token}` })).data.me.name, 'connector');
  await assert.rejects(platform.control('users', { id: 'other', max_markings: ['TLP:PINK'] }), /TLP:PINK/);
});

test('an object with a marking that the user may not see does not exist for that user', async (t) => {
  const platform = await startOpenCti(t, '--max-markings', 'TLP:AMBER');
  await platform.control('entities', { object: { ...address, object_marking_refs: [idOf('TLP:RED')] } });
  const { data, errors } = await platform.graphql(`{ stixCoreObject(id: "${address.id}") { id } }`);
  assert.deepEqual([data, errors], [{ stixCoreObject: null }, undefined]);
});

// Experiment 10: the user "connamber" and an address that is TLP:RED.
test('results about objects that their user may not see', async () => {
  const { store, send } = knowledge({ user: { max_markings: ['TLP:AMBER'] } });
  store.put({ ...address, object_marking_refs: [idOf('TLP:RED')] });
  const url = { type: 'url', id: 'url--1', value: 'http://a.example/' };
  const errorOf = async (object) => (await send([object])).errors[0];
  const { name, message } = await errorOf({ ...address, x_opencti_score: 3 });
  assert.deepEqual([name, message], ['UNSUPPORTED_ERROR', 'Restricted entity already exists']);
  await send([url]);
  const related = { type: 'relationship', id: 'relationship--1', relationship_type: 'related-to', source_ref: url.id, target_ref: address.id };
  assert.equal((await errorOf(related)).name, 'MISSING_REFERENCE_ERROR');
  await send([{ type: 'note', id: 'note--1', content: 'About it', created: '2026-01-01T00:00:00Z', object_refs: [address.id, url.id] }]);
  assert.deepEqual(store.find('note--1').toStix().object_refs, [store.find(url.id).standard_id]);
  assert.equal((await errorOf({ ...url, object_marking_refs: [idOf('TLP:RED')] })).name, 'MISSING_REFERENCE_ERROR');
  assert.equal(store.find(address.id).toStix().object_marking_refs[0], idOf('TLP:RED'));
});

// Experiment 2: the user "nolabel".
test('a user who may not create labels attaches those that exist, the others vanish in silence', async () => {
  const { store, send } = knowledge({ user: { capabilities: ['KNOWLEDGE_KNUPDATE'] } });
  store.put({ ...address, labels: ['known'] });
  const sent = await send([{ type: 'url', id: 'url--1', value: 'http://a.example/', labels: ['KNOWN', 'new'] }]);
  assert.deepEqual(sent.errors, []);
  assert.deepEqual(store.find('url--1').labels, ['known']);
});

test('importing takes KNOWLEDGE_KNUPDATE, and a user that there is', async () => {
  const { send } = knowledge({ user: { capabilities: ['KNOWLEDGE', 'CONNECTORAPI'] } });
  assert.equal((await send([address])).errors[0].name, 'FORBIDDEN_ACCESS');
  assert.equal((await send([address], { applicant_id: 'nobody' })).errors[0].name, 'AUTH_REQUIRED');
  assert.deepEqual((await send([address], { applicant_id: null })).errors, [], 'without an applicant, the worker is the user');
});
