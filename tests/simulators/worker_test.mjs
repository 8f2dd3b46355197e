import assert from 'node:assert/strict';
import test from 'node:test';
import { Store } from '../../simulators/opencti/store.mjs';
import { observable_extension } from '../../simulators/opencti/stix.mjs';
import { Worker } from '../../simulators/opencti/worker.mjs';
import { Works } from '../../simulators/opencti/works.mjs';

const tlp = (level) => ({
  CLEAR: 'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9',
  AMBER: 'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82',
}[level]);
const file = (more) => ({ type: 'file', id: 'file--1', hashes: { 'SHA-256': 'ab'.repeat(32) }, ...more });
const url = { type: 'url', id: 'url--1', value: 'http://malware.example.com/' };
const relationship = (more) => ({
  type: 'relationship',
  id: 'relationship--1',
  relationship_type: 'related-to',
  source_ref: 'file--1',
  target_ref: 'url--1',
  ...more,
});

function platform() {
  const works = new Works();
  const store = new Store();
  const worker = new Worker({ store, works });
  const send = async (objects, envelope = {}) => {
    const content = Buffer.from(JSON.stringify({ type: 'bundle', objects })).toString('base64');
    await sendRaw(JSON.stringify({ applicant_id: 'u', content, ...envelope }));
    return worker.bundles().at(-1);
  };
  const sendRaw = (body) => worker.receive({ body: Buffer.from(body), wanted: () => true, ack: () => {} });
  const newWork = () => works.create({ connectorId: 'c1', name: 'n', user: null, sourceId: 'file--1' });
  return { works, store, worker, send, sendRaw, newWork };
}

const scoOf = (store, id) => store.find(id).toStix().extensions[observable_extension];

test('a whole bundle is imported in dependency order, each unique object reported once', async () => {
  const { works, send, newWork, store } = platform();
  const work = newWork();
  works.addExpectations(work.id, 3);
  const received = await send([relationship(), file(), url, file({ x_opencti_score: 9 })], { no_split: true, work_id: work.id });
  assert.equal(received.outcome, 'imported');
  assert.equal(received.imported, 3);
  assert.deepEqual(received.errors, []);
  assert.equal(work.status, 'complete');
  assert.equal(scoOf(store, 'file--1').score, 9, 'of a repeated id the last counts');
  assert.equal(store.find('relationship--1').toStix().target_ref, 'url--1');
});

test('a bundle of several objects that may be split adds its own expectations', async () => {
  const { send, newWork } = platform();
  const work = newWork();
  await send([file(), url], { work_id: work.id });
  assert.equal(work.expected_number, 2);
  assert.equal(work.status, 'complete');
});

test('objects of a work that is not alive are dropped, those without a work never', async () => {
  const { works, worker, send, newWork, store } = platform();
  const work = newWork();
  works.close(work);
  const dropped = await send([file()], { work_id: work.id, no_split: true });
  assert.equal(dropped.outcome, 'dropped');
  assert.equal(dropped.dropped, 1);
  assert.deepEqual(work.errors, []);
  assert.equal(store.find('file--1'), undefined);
  assert.equal((await send([file()], { work_id: 'work_unknown' })).outcome, 'dropped');
  assert.equal(worker.dropped, 2);
  assert.equal((await send([file()])).outcome, 'imported');
});

test('labels, hashes, references and names are united, the score is replaced, the stricter marking wins', async () => {
  const { send, store } = platform();
  await send([file({
    labels: ['MALWARE', ' b '], x_opencti_score: 80, name: 'one.exe', object_marking_refs: [tlp('AMBER')],
    external_references: [{ source_name: 'a', url: 'https://example.com/1' }, { source_name: 'nothing to find' }],
  })]);
  await send([file({
    labels: ['malware', 'c'], x_opencti_score: 30, name: 'two.exe', hashes: { 'SHA-1': 'CD'.repeat(20) },
    object_marking_refs: [tlp('CLEAR')],
    external_references: [
      { source_name: 'b', url: 'https://example.com/1', description: 'd' },
      { source_name: 'b', url: 'https://example.com/2' },
    ],
  })]);
  const stored = store.find('file--1').toStix();
  assert.deepEqual(scoOf(store, 'file--1'), {
    extension_type: 'property-extension',
    labels: ['malware', 'b', 'c'],
    score: 30,
    external_references: [
      { source_name: 'a', url: 'https://example.com/1', description: 'd' }, { source_name: 'b', url: 'https://example.com/2' },
    ],
    additional_names: ['one.exe'],
  });
  assert.deepEqual(stored.hashes, { 'SHA-256': 'ab'.repeat(32), 'SHA-1': 'cd'.repeat(20) });
  assert.equal(stored.name, 'two.exe');
  assert.deepEqual(stored.object_marking_refs, [tlp('AMBER')]);
});

test('a lean object erases nothing', async () => {
  const { send, store } = platform();
  store.put({
    type: 'file', id: 'file--1', hashes: { 'SHA-256': 'ab'.repeat(32) }, size: 5,
    extensions: { [observable_extension]: { labels: ['kept'], score: 10, description: 'kept too' } },
  });
  await send([file({ labels: ['new'], x_opencti_score: 90 })]);
  assert.deepEqual(scoOf(store, 'file--1'), {
    extension_type: 'property-extension', labels: ['kept', 'new'], description: 'kept too', score: 90,
  });
  assert.equal(store.find('file--1').toStix().size, 5);
});

test('a file that gains an MD5 gets its id from it, is still found by the old one, and swallows its double', async () => {
  const { send, store } = platform();
  const md5 = '757a71f0fbd6b3d993be2a213338d1f2';
  await send([file({ name: 'by256' })]);
  await send([{ type: 'file', id: 'file--2', hashes: { MD5: md5 }, name: 'bymd5', labels: ['l'] }]);
  await send([file({ hashes: { 'SHA-256': 'ab'.repeat(32), MD5: md5 } })]);
  const one = store.find('file--1');
  assert.equal(one.standard_id, 'file--702e320e-43b6-552a-b7e7-d045bf9c887d');
  assert.equal(store.find('file--2'), one);
  assert.equal(store.find(one.standard_id), one);
  assert.deepEqual(one.labels, ['l']);
  assert.deepEqual(one.additional_names, ['bymd5']);
});

test('for a Hostname the root counts and not the extension', async () => {
  const { send, store } = platform();
  const hostname = { type: 'hostname', id: 'hostname--1', value: 'h.example' };
  await send([{ ...hostname, extensions: { [observable_extension]: { score: 70 } } }]);
  assert.equal(store.find('hostname--1').toStix().score, undefined);
  await send([{ ...hostname, x_opencti_score: 40 }]);
  assert.equal(store.find('hostname--1').toStix().score, 40);
  assert.deepEqual(scoOf(store, 'hostname--1'), { extension_type: 'new-sco' });
});

test('relationships between the same ends within a month are one', async () => {
  const { send, store } = platform();
  await send([file(), url], { no_split: true });
  await send([relationship({ start_time: '2026-01-01T00:00:00Z', stop_time: '2026-01-05T00:00:00Z' })]);
  await send([relationship({ id: 'relationship--2', start_time: '2026-01-03T00:00:00Z', stop_time: '2026-01-20T00:00:00Z' })]);
  await send([relationship({ id: 'relationship--3', start_time: '2026-06-01T00:00:00Z', stop_time: '2026-06-02T00:00:00Z' })]);
  assert.equal(store.find('relationship--1'), store.find('relationship--2'));
  assert.notEqual(store.find('relationship--1'), store.find('relationship--3'));
});

test('a country that is known under the sent name as an alias is renamed', async () => {
  const { send, store } = platform();
  const country = { type: 'location', x_opencti_location_type: 'Country' };
  store.put({ ...country, id: 'location--1', name: 'Netherlands', x_opencti_aliases: ['NL'] });
  await send([{ ...country, id: 'location--2', name: 'NL' }]);
  assert.equal(store.find('location--1').toStix().name, 'NL');
  assert.equal(store.find('location--2'), store.find('location--1'));
});

test('what comes with a draft stays in the draft', async () => {
  const { send, store } = platform();
  store.put(file({ x_opencti_score: 5 }));
  store.openDraft('d');
  await send([file({ x_opencti_score: 50 }), url], { draft_id: 'd', no_split: true });
  assert.equal(store.find('file--1').score, 5);
  assert.equal(store.find('file--1', 'd').score, 50);
  assert.equal(store.find('url--1'), undefined);
  assert.deepEqual((await send([file()], { draft_id: 'none' })).errors.map(({ name }) => name), ['DRAFT_LOCKED']);
});

test('an author that is not there is left out, an absent end refuses the relationship', async () => {
  const { send, store, newWork } = platform();
  const work = newWork();
  await send([file({ created_by_ref: 'identity--none' })], { work_id: work.id });
  assert.equal(store.find('file--1').author, undefined);
  await send([relationship()], { work_id: work.id });
  assert.deepEqual(work.errors.map(({ message }) => message), [
    "{'name': 'MISSING_REFERENCE_ERROR', 'error_message': 'Element(s) not found'}",
  ]);
});

test('what the platform refuses is refused, and the rest of the bundle imported', async () => {
  const { send, store } = platform();
  await send([file(), url], { no_split: true });
  const refused = async (object) => {
    const good = { type: 'domain-name', id: `domain-name--${object.id}`, value: 'ok.example' };
    const received = await send([object, good], { no_split: true });
    assert.equal(received.imported, 1);
    return received.errors.map(({ message }) => message).join();
  };
  assert.match(await refused(file({ x_opencti_score: 101 })), /between 0 and 100/);
  assert.match(await refused(file({ x_opencti_score: '55' })), /non-integer/);
  assert.match(await refused(file({ labels: null })), /NoneType/);
  assert.match(await refused(file({ size: 2 ** 31 })), /non 32-bit/);
  assert.match(await refused(file({ hashes: { sha256: 'ab'.repeat(32) } })), /Missing required elements/);
  assert.match(await refused({ type: 'file', id: 'file--3' }), /Missing required elements/);
  assert.match(await refused({ type: 'ipv4-addr', id: 'ipv4-addr--1', value: '192.0.2.256' }), /not correctly formatted/);
  assert.match(await refused({ type: 'domain-name', id: 'domain-name--1', value: 'localhost' }), /not correctly formatted/);
  assert.match(await refused({ type: 'foo-bar', id: 'foo-bar--1' }), /Incompatible/);
  assert.match(await refused(relationship({ relationship_type: 'downloads' })), /not allowed between StixFile and Url/);
  assert.match(await refused(relationship({ target_ref: 'file--1' })), /same source and target/);
  assert.match(
    await refused(relationship({ start_time: '2026-02-01T00:00:00Z', stop_time: '2026-01-01T00:00:00Z' })), /stop_time less/,
  );
  assert.equal(store.find('file--1').score, undefined);
});

test('a message that is no envelope is kept and reported nowhere', async () => {
  const { worker, sendRaw, send } = platform();
  for (const body of ['rubbish', '{}', '{"content":"%%%"}', '{"content":"e30="}']) await sendRaw(body);
  assert.equal(worker.bundles().length, 4);
  for (const { outcome, errors } of worker.bundles()) {
    assert.equal(outcome, 'rejected');
    assert.equal(errors.length, 1);
  }
  assert.equal((await send([file()])).outcome, 'imported');
});

test('a paused worker leaves what comes until it is resumed, and skips what went back to the broker', async () => {
  const { worker, store } = platform();
  await worker.pause();
  const base64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64');
  const body = (object) => Buffer.from(JSON.stringify({ content: base64({ objects: [object] }) }));
  const acknowledged = [];
  const first = worker.receive({ body: body(file()), wanted: () => true, ack: () => acknowledged.push('file') });
  const second = worker.receive({ body: body(url), wanted: () => false, ack: () => acknowledged.push('url') });
  assert.equal(worker.received, 0);
  worker.resume();
  await Promise.all([first, second]);
  assert.deepEqual(acknowledged, ['file']);
  assert.equal(store.find('url--1'), undefined);
});
