// Lists of works and of entities (domain/work.js, domain/stixCyberObservable.js, database/engine.ts).
import assert from 'node:assert/strict';
import test from 'node:test';
import { generatedId } from '../../simulators/opencti/ids.mjs';
import { markings } from '../../simulators/opencti/markings.mjs';
import { register_document, registration, startOpenCti, until } from './support.mjs';

const idOf = (definition) => Object.keys(markings).find((id) => markings[id].definition === definition);
const address = (n, more) => ({ type: 'ipv4-addr', id: `ipv4-addr--${n}`, value: `198.51.100.${n}`, ...more });
const byIds = (...values) => ({ mode: 'and', filters: [{ key: ['ids'], values }], filterGroups: [] });
const observables_document = `query Known($first: Int, $filters: FilterGroup) {
  stixCyberObservables(first: $first, filters: $filters) {
    pageInfo { hasNextPage globalCount }
    edges { node {
      id standard_id x_opencti_stix_ids entity_type observable_value x_opencti_score x_opencti_description
      objectMarking { standard_id definition_type definition }
      objectLabel { value }
      externalReferences { edges { node { url source_name } } }
      createdBy { standard_id name }
      creators { id }
      ... on StixFile { name x_opencti_additional_names hashes { algorithm hash } size }
      ... on IPv4Addr { value }
    } }
  }
}`;

async function withObservables(t, ...options) {
  const platform = await startOpenCti(t, ...options);
  const ask = async (filters, more = {}, headers = {}) => {
    const answer = await platform.graphql(observables_document, { filters, ...more }, headers);
    return answer.errors ? answer : answer.data.stixCyberObservables.edges.map(({ node }) => node);
  };
  return { platform, ask, put: (object, draft) => platform.control('entities', { object, draft_id: draft }) };
}

test('observables are read by many ids at once, with all that they have', async (t) => {
  const { ask, put } = await withObservables(t);
  const former = 'file--former';
  const author = { type: 'identity', id: 'identity--1', identity_class: 'organization', name: 'Somebody' };
  await put(author);
  await put({
    type: 'file', id: 'file--1', hashes: { MD5: 'bad0bad1bad2bad3bad4bad5bad6bad7' }, name: 'a.exe', x_opencti_score: 70, labels: ['known'],
    x_opencti_additional_names: ['b.exe'], x_opencti_stix_ids: [former], object_marking_refs: [idOf('TLP:GREEN')], created_by_ref: author.id,
    external_references: [{ source_name: 's', url: 'https://a.example/' }], size: 7, x_opencti_description: 'Text',
  });
  const { internal_id: internal } = await put(address(1));
  await put(address(2));
  const found = await ask(byIds(former, internal, 'ipv4-addr--none', internal));
  assert.deepEqual(found.map(({ standard_id: id }) => id), ['file--1', 'ipv4-addr--1'], 'in the order of their standard ids');
  const { id, creators, ...file } = found[0];
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.equal(creators.length, 1);
  assert.deepEqual(file, {
    standard_id: 'file--1', x_opencti_stix_ids: [former], entity_type: 'StixFile', observable_value: 'a.exe', x_opencti_score: 70,
    x_opencti_description: 'Text', name: 'a.exe', x_opencti_additional_names: ['b.exe'], size: 7,
    objectMarking: [{ standard_id: idOf('TLP:GREEN'), definition_type: 'TLP', definition: 'TLP:GREEN' }], objectLabel: [{ value: 'known' }],
    externalReferences: { edges: [{ node: { url: 'https://a.example/', source_name: 's' } }] },
    createdBy: { standard_id: 'identity--1', name: 'Somebody' }, hashes: [{ algorithm: 'MD5', hash: 'bad0bad1bad2bad3bad4bad5bad6bad7' }],
  });
  assert.deepEqual([found[1].x_opencti_score, found[1].createdBy, found[1].objectLabel], [null, null, []]);
});

test('an object that is unknown, hidden, or in a draft elsewhere is absent without an error', async (t) => {
  const { ask, put } = await withObservables(t, '--max-markings', 'TLP:AMBER');
  await put(address(1, { object_marking_refs: [idOf('TLP:RED')] }));
  await put(address(2), 'draft-1');
  await put(address(3));
  const asked = byIds('ipv4-addr--1', 'ipv4-addr--2', 'ipv4-addr--3', 'ipv4-addr--4');
  const names = (found) => found.map(({ standard_id: id }) => id);
  assert.deepEqual(names(await ask(asked)), ['ipv4-addr--3']);
  assert.deepEqual(names(await ask(asked, {}, { 'opencti-draft-id': 'draft-1' })), ['ipv4-addr--2', 'ipv4-addr--3']);
});

test('the keys of filters are those of the platform', async (t) => {
  const { ask, put, platform } = await withObservables(t);
  await put(address(1, { x_opencti_stix_ids: ['ipv4-addr--former'] }));
  const by = (key, values, more = {}) => ask({ mode: 'and', filters: [{ key, values, ...more }], filterGroups: [] });
  assert.equal((await by(['standard_id'], ['ipv4-addr--1'])).length, 1);
  assert.equal((await by(['standard_id'], ['ipv4-addr--former'])).length, 0, 'only the standard id is compared');
  assert.equal((await by(['id'], ['ipv4-addr--1'])).length, 0, 'the key is accepted, but finds nothing');
  assert.equal((await by(['value'], ['198.51.100.1'])).length, 1);
  assert.equal((await by(['entity_type'], ['IPv4-Addr'])).length, 1);
  assert.match((await by(['nonsense'], ['x'])).errors[0].message, /Incorrect filter keys/);
  assert.match((await by(['ids'], ['x'], { mode: 'and' })).errors[0].message, /not supported/);
  const core = await platform.graphql(
    'query A($filters: FilterGroup) { stixCoreObjects(filters: $filters) { edges { node { standard_id } } } }', { filters: byIds('ipv4-addr--former') },
  );
  assert.equal(core.data.stixCoreObjects.edges[0].node.standard_id, 'ipv4-addr--1');
});

test('pages have the size that is asked for, 500 without, and there may be another although there is none', async (t) => {
  const { ask, put, platform } = await withObservables(t);
  for (let n = 1; n <= 3; n += 1) await put(address(n));
  assert.equal((await ask(null, { first: 2 })).length, 2);
  const info = async (first) => (await platform.graphql(observables_document, { first })).data.stixCyberObservables.pageInfo;
  assert.deepEqual(await info(3), { hasNextPage: true, globalCount: 3 });
  assert.deepEqual(await info(4), { hasNextPage: false, globalCount: 3 });
  const page = (after) => platform.graphql(
    'query P($after: ID) { stixCyberObservables(first: 2, after: $after) { pageInfo { endCursor } edges { node { standard_id } } } }', { after },
  );
  const { pageInfo } = (await page()).data.stixCyberObservables;
  const { edges } = (await page(pageInfo.endCursor)).data.stixCyberObservables;
  assert.deepEqual(edges.map(({ node }) => node.standard_id), ['ipv4-addr--3']);
});

test('countries and sectors are read by the ids of all their names', async (t) => {
  const { platform, put } = await withObservables(t);
  await put({ type: 'location', id: 'location--1', name: 'Netherlands', x_opencti_location_type: 'Country', x_opencti_aliases: ['NL'] });
  await put({ type: 'identity', id: 'identity--1', identity_class: 'class', name: 'Energy' });
  const ids = [
    generatedId('location', { name: 'nl', x_opencti_location_type: 'Country' }), generatedId('identity', { identity_class: 'class', name: 'energy' }),
    generatedId('location', { name: 'de', x_opencti_location_type: 'Country' }),
  ];
  const { data } = await platform.graphql(
    `query Known($filters: FilterGroup) { stixCoreObjects(filters: $filters) { edges { node {
      standard_id ... on Country { name x_opencti_aliases } ... on Sector { known_as: name } } } } }`, { filters: byIds(...ids) },
  );
  assert.deepEqual(data.stixCoreObjects.edges.map(({ node }) => node), [
    { standard_id: 'identity--1', known_as: 'Energy' }, { standard_id: 'location--1', name: 'Netherlands', x_opencti_aliases: ['NL'] },
  ]);
});

test('works are listed by their ids, their connector, their status and their dates', async (t) => {
  const platform = await startOpenCti(t);
  await platform.graphql(register_document, { input: { ...registration, listen_callback_uri: 'http://127.0.0.1:1/' } });
  await platform.control('entities', { object: address(1) });
  const { work_ids: ids } = await platform.control('enrich', { entity_id: 'ipv4-addr--1', count: 3 });
  await platform.graphql('mutation M($id: ID!) { workEdit(id: $id) { toProcessed(message: "none") } }', { id: ids[1] });
  const ask = async (filters, first) => (await platform.graphql(`query W($filters: FilterGroup, $first: Int) {
    works(filters: $filters, first: $first) { edges { node { id status tracking { import_expected_number } } } }
  }`, { filters, first })).data.works.edges.map(({ node }) => node);
  const by = (key, values, more = {}) => ask({ mode: 'and', filters: [{ key: [key], values, ...more }], filterGroups: [] });
  assert.deepEqual((await ask(null)).map(({ id }) => id), [...ids].reverse(), 'the newest first');
  assert.deepEqual((await ask(null, 1)).map(({ id }) => id), [ids[2]]);
  assert.deepEqual(await by('ids', [ids[1], 'work_none']), [{ id: ids[1], status: 'complete', tracking: { import_expected_number: 1 } }]);
  assert.deepEqual((await by('status', ['wait', 'progress'])).length, 2);
  assert.deepEqual((await by('connector_id', [registration.id])).length, 3);
  assert.deepEqual((await by('timestamp', [ids[1].split('_')[2]], { operator: 'gt' })).map(({ id }) => id), [ids[2]]);
  assert.deepEqual((await by('completed_time', ['now-1h'], { operator: 'gt' })).map(({ id }) => id), [ids[1]]);
});

test('a connector shows its newest twenty works, whatever status is asked for', async (t) => {
  const platform = await startOpenCti(t);
  await platform.graphql(register_document, { input: { ...registration, listen_callback_uri: 'http://127.0.0.1:1/' } });
  await platform.control('entities', { object: address(1) });
  const { work_ids: ids } = await platform.control('enrich', { entity_id: 'ipv4-addr--1', count: 25 });
  const { data } = await platform.graphql(`{ connector(id: "${registration.id}") { works(status: "complete") { id } } }`);
  assert.deepEqual(data.connector.works.map(({ id }) => id), ids.slice(5).reverse());
});

test('requests can be made to share a millisecond, and with it a work', async (t) => {
  const platform = await startOpenCti(t);
  await platform.graphql(register_document, { input: { ...registration, listen_callback_uri: 'http://127.0.0.1:1/' } });
  await platform.control('entities', { object: address(1) });
  const { work_ids: ids } = await platform.control('enrich', { entity_id: 'ipv4-addr--1', count: 3, same_millisecond: true });
  assert.equal(new Set(ids).size, 1);
  await until(async () => (await platform.control('works')).length === 1);
});
