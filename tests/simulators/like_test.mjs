// The differences between the platforms that can be simulated (simulators/opencti/platforms.mjs; protocol notes §15), and the community
// edition.
import assert from 'node:assert/strict';
import test from 'node:test';
import { markings } from '../../simulators/opencti/markings.mjs';
import { platforms } from '../../simulators/opencti/platforms.mjs';
import { knowledge, register_document, registration, startOpenCti, until } from './support.mjs';

const red = Object.keys(markings).find((id) => markings[id].definition === 'TLP:RED');
const address = (n, more) => ({ type: 'ipv4-addr', id: `ipv4-addr--${n}`, value: `198.51.100.${n}`, ...more });
const push_document = `mutation Push($bundle: String!, $work: String) {
  stixBundlePush(connectorId: "test-connector", bundle: $bundle, work_id: $work)
}`;
const bundleOf = (...objects) => JSON.stringify({ type: 'bundle', objects });
const all = Object.keys(platforms);
const [lts, now, autumn] = all;

async function withWork(t, ...options) {
  const platform = await startOpenCti(t, ...options);
  await platform.graphql(register_document, { input: { ...registration, listen_callback_uri: 'http://127.0.0.1:1/' } });
  await platform.control('entities', { object: address(1) });
  const work = async () => (await platform.control('enrich', { entity_id: 'ipv4-addr--1' })).work_id;
  return { platform, work, shown: (id) => platform.control(`works/${encodeURIComponent(id)}`) };
}

test('each platform says its own version, of the form that it has', async (t) => {
  const versions = await Promise.all(all.map(async (name) => (
    (await (await startOpenCti(t, '--like', name)).graphql('{ about { version } }')).data.about.version
  )));
  assert.deepEqual(versions, ['7.260309.0-lts.6', '7.260318', '7.261109']);
  const other = await startOpenCti(t, '--like', autumn, '--version', '7.261203');
  assert.equal((await other.graphql('{ about { version } }')).data.about.version, '7.261203');
});

test('version, slug and intent are taken by newer platforms only', async (t) => {
  const input = { ...registration, version: '1.0.0', slug: 's', xtm_one_intent: 'i' };
  const errors = await Promise.all(all.map(async (name) => (
    (await (await startOpenCti(t, '--like', name)).graphql(register_document, { input })).errors
  )));
  assert.deepEqual(errors.map((list) => list?.[0].extensions.code), ['BAD_USER_INPUT', 'BAD_USER_INPUT', undefined]);
});

// Experiment 29.
test('a whole bundle that is pushed for a work: its figures', async (t) => {
  for (const [name, expected] of [[now, [5, 4]], [autumn, [4, 4]]]) {
    const { platform, work, shown } = await withWork(t, '--like', name);
    const id = await work();
    await platform.control('worker', { paused: true });
    await platform.graphql(push_document, { bundle: bundleOf(...[11, 12, 13, 14].map((n) => address(n))), work: id });
    await platform.graphql('mutation M($id: ID!) { workEdit(id: $id) { toProcessed(message: "sent") } }', { id });
    assert.equal((await shown(id)).status, name === now ? 'complete' : 'wait', 'before anything is imported');
    await platform.control('worker', { paused: false });
    await until(async () => (await platform.control('state')).objects.imported === 4);
    const { expected_number: number, completed_number: done, status } = await shown(id);
    assert.deepEqual([[number, done], status], [expected, 'complete'], name);
  }
});

test('a bundle that is pushed without a work gets one', async (t) => {
  const { platform } = await withWork(t);
  await platform.graphql(push_document, { bundle: bundleOf(address(11)) });
  const works = await until(async () => {
    const list = await platform.control('works');
    return list.every(({ status }) => status === 'complete') && list;
  });
  assert.match(works[0].name, /^Test run @ /);
  assert.deepEqual([works[0].expected_number, works[0].completed_number], [1, 1]);
});

test('a work that is closed takes no objects, or takes them still', async (t) => {
  for (const [name, alive] of [[lts, false], [now, false], [autumn, true]]) {
    const { platform, work } = await withWork(t, '--like', name);
    const [older, newer] = [await work(), await work()];
    await platform.graphql('mutation M($id: ID!) { workEdit(id: $id) { reportExpectation } }', { id: newer });
    assert.deepEqual((await platform.control('tick', {})).closed, [older]);
    assert.equal((await platform.graphql('query A($id: ID!) { isWorkAlive(id: $id) }', { id: older })).data.isWorkAlive, alive, name);
  }
});

test('automatic connectors get requests about objects that their user may not see, except on newer platforms', async (t) => {
  for (const [name, works] of [[now, 2], [autumn, 1]]) {
    const platform = await startOpenCti(t, '--like', name, '--max-markings', 'TLP:AMBER');
    await platform.control('users', { id: 'importer' });
    const input = { ...registration, auto: true, scope: ['IPv4-Addr'], listen_callback_uri: 'http://127.0.0.1:1/' };
    await platform.graphql(register_document, { input });
    await platform.control('users', { id: 'importer', token: 'importer-token' });
    const bundle = bundleOf(address(1), address(2, { object_marking_refs: [red] }));
    await platform.graphql(push_document, { bundle }, { authorization: 'Bearer importer-token' });
    await until(async () => (await platform.control('state')).objects.imported === 2);
    const asked = (await platform.control('works')).filter(({ name: text }) => text.startsWith('Enrichment'));
    assert.equal(asked.length, works, name);
  }
});

test('expectations that an envelope declares are not counted twice', async () => {
  for (const [declared, expected] of [[true, 3], [false, 2]]) {
    const { send, works, newWork } = knowledge({ declared });
    const work = newWork();
    works.addExpectations(work.id, 2);
    await send([address(1), address(2), address(3)], { work_id: work.id, no_split: true, declared_expectations: 2 });
    assert.equal(work.expected_number, expected);
  }
});

test('a draft is made, and can be worked in', async (t) => {
  for (const name of all) {
    const platform = await startOpenCti(t, '--like', name);
    const query = 'mutation D($input: DraftWorkspaceAddInput!) { draftWorkspaceAdd(input: $input) { id name } }';
    const { data } = await platform.graphql(query, { input: { name: 'Results', entity_id: 'x' } });
    const { id } = data.draftWorkspaceAdd;
    assert.equal((await platform.graphql('{ about { version } }', {}, { 'opencti-draft-id': id })).errors, undefined);
    assert.deepEqual((await platform.control('drafts')).map(({ id: known, name: text, open }) => [known, text, open]), [[id, 'Results', true]]);
  }
});

// Experiment 28.
test('the community edition has no playbooks', async (t) => {
  const platform = await startOpenCti(t, '--community');
  const query = `mutation A($at: DateTime!) {
    playbookStepExecution(
      execution_id: "1", event_id: "1", execution_start: $at, data_instance_id: "1", playbook_id: "1", previous_step_id: "1", step_id: "1",
      previous_bundle: "{}", bundle: "{}"
    )
  }`;
  const { errors } = await platform.graphql(query, { at: '2026-01-01T00:00:00Z' });
  assert.deepEqual([errors[0].extensions.code, errors[0].message], ['UNSUPPORTED_ERROR', 'Enterprise edition is not enabled']);
});

test('an automatic connector is asked again when something changed, if it wants', async (t) => {
  const platform = await startOpenCti(t);
  const input = { ...registration, auto_update: true, scope: ['IPv4-Addr'], listen_callback_uri: 'http://127.0.0.1:1/' };
  await platform.graphql(register_document, { input });
  const bundle = (score) => bundleOf(address(1, { x_opencti_score: score }));
  for (const score of [10, 10, 20]) await platform.graphql(push_document, { bundle: bundle(score) });
  await until(async () => (await platform.control('state')).objects.imported === 3);
  const asked = (await platform.control('works')).filter(({ name }) => name.startsWith('Enrichment'));
  assert.equal(asked.length, 1, 'only when something changed, not when the object is new');
  assert.deepEqual((await platform.control('events')).map(({ type }) => type), ['create', 'update']);
  assert.deepEqual((await platform.control('events?since=1')).map(({ type }) => type), ['update']);
});
