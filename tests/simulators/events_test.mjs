// The events of the platform's stream (experiments 3c, 24, 25 and 27), which say what has changed, and the stored form of sent objects.
import assert from 'node:assert/strict';
import test from 'node:test';
import { markings } from '../../simulators/opencti/markings.mjs';
import { observable_extension, opencti_extension } from '../../simulators/opencti/stix.mjs';
import { knowledge } from './support.mjs';

const idOf = (definition) => Object.keys(markings).find((id) => markings[id].definition === definition);
const creators = `/extensions/${opencti_extension}/creator_ids`;
const address = (more) => ({ type: 'ipv4-addr', id: 'ipv4-addr--1', value: '198.51.100.1', ...more });
const url = { type: 'url', id: 'url--1', value: 'http://a.example/' };
const file = (more) => ({ type: 'file', id: 'file--1', hashes: { MD5: 'bad0bad1bad2bad3bad4bad5bad6bad7' }, ...more });
const note = (more) => ({ type: 'note', id: 'note--1', content: 'About it', created: '2026-05-01T00:00:00Z', object_refs: ['ipv4-addr--1'], ...more });
const related = (more) => ({
  type: 'relationship', id: 'relationship--1', relationship_type: 'related-to', source_ref: 'ipv4-addr--1', target_ref: 'url--1', ...more,
});
const rich = address({
  labels: ['a'], x_opencti_score: 80, x_opencti_description: 'Text', object_marking_refs: [idOf('TLP:AMBER')],
  external_references: [{ source_name: 's', url: 'https://s.example/' }],
});

test('an object that is sent again unchanged is one event', async () => {
  const { send, told } = knowledge();
  const dates = { start_time: '2026-01-01T00:00:00Z', stop_time: '2026-02-01T00:00:00Z' };
  const country = { type: 'location', id: 'location--1', x_opencti_location_type: 'Country', name: 'Netherlands', x_opencti_aliases: ['NL'] };
  const indicator = { type: 'indicator', id: 'indicator--1', name: 'It', pattern: "[url:value='x']", pattern_type: 'stix', x_opencti_score: 80 };
  const all = [rich, url, file({ size: 7 }), country, indicator, note(), related(), related({ id: 'relationship--2', target_ref: 'location--1', ...dates })];
  const types = (events) => events.map(([type]) => type);
  assert.deepEqual(types(await told(() => send(all, { no_split: true }))), Array(8).fill('create'));
  assert.deepEqual(await told(() => send(all, { no_split: true })), []);
  assert.deepEqual(await told(() => send([address(), url, file()], { no_split: true })), [], 'nor do lean objects change anything');
});

test('each change is one event, with the changed fields', async () => {
  const { send, told } = knowledge();
  const sco = `/extensions/${observable_extension}`;
  await send([rich]);
  const changes = {
    [`${sco}/score`]: { x_opencti_score: 30 },
    [`${sco}/labels/1`]: { labels: ['b'] },
    [`${sco}/description`]: { x_opencti_description: 'Other' },
    [`${sco}/external_references/1`]: { external_references: [{ source_name: 't', url: 'https://t.example/' }] },
    '/object_marking_refs/0': { object_marking_refs: [idOf('TLP:RED')] },
    '/object_marking_refs/1': { object_marking_refs: [idOf('PAP:RED')] },
    [`/extensions/${opencti_extension}/stix_ids/1`]: { id: 'ipv4-addr--other' },
  };
  for (const [path, more] of Object.entries(changes)) assert.deepEqual(await told(() => send([address(more)])), [['update', path]]);
  const described = { external_references: [{ source_name: 's', url: 'https://s.example/', description: 'New' }] };
  assert.deepEqual(await told(() => send([address(described)])), [], 'the event belongs to the reference, not to the entity');
});

test('another user is one event', async () => {
  const { send, told, users } = knowledge();
  users.put({ id: 'other' });
  await send([address()]);
  assert.deepEqual(await told(() => send([address()], { applicant_id: 'other' })), [['update', `${creators}/1`]]);
  assert.deepEqual(await told(() => send([address()], { applicant_id: 'other' })), []);
});

test('an event has an entity, a user and a patch; a draft causes no events', async () => {
  const { send, events, store } = knowledge();
  await send([address()]);
  await send([address({ x_opencti_score: 9 })]);
  const [, { type, entity_id: id, entity_type: entityType, user_id: user, patch }] = events.since(0);
  assert.deepEqual([type, id, entityType, user], ['update', store.find('ipv4-addr--1').standard_id, 'IPv4-Addr', 'u']);
  assert.deepEqual(patch.find(({ path }) => path.endsWith('/score')), { op: 'add', path: `/extensions/${observable_extension}/score`, value: 9 });
  const { last } = events;
  await send([url, address({ x_opencti_score: 10 })], { no_split: true, draft_id: store.openDraft() });
  assert.equal(events.last, last);
});

test('files that turn out to be one cause a merge event', async () => {
  const { send, told, store } = knowledge();
  const sha256 = 'ab'.repeat(32);
  await send([file(), { type: 'file', id: 'file--2', hashes: { 'SHA-256': sha256 } }, url], { no_split: true });
  await send([related({ source_ref: 'file--1' }), related({ id: 'relationship--2', source_ref: 'file--2' })], { no_split: true });
  const [first, ...others] = await told(() => send([file({ hashes: { MD5: file().hashes.MD5, 'SHA-256': sha256 } })]));
  assert.equal(first[0], 'merge');
  assert.deepEqual(others, []);
  assert.equal(store.find('file--2'), store.find('file--1'));
  assert.equal(store.find('relationship--1'), store.find('relationship--2'), 'doubled relationships are one');
});

// Experiment 3c.
test('a file name that is sent again is another name, once', async () => {
  const { send, told, store } = knowledge();
  const paths = `/extensions/${observable_extension}/additional_names`;
  await send([file({ name: 'a.exe' })]);
  assert.deepEqual(await told(() => send([file({ name: 'a.exe' })])), [['update', paths]]);
  assert.deepEqual(await told(() => send([file({ name: 'a.exe' })])), []);
  assert.deepEqual((await told(() => send([file({ name: 'b.exe' })]))).length, 1);
  assert.deepEqual(await told(() => send([file({ name: 'b.exe' })])), [['update', `${paths}/1`]]);
  assert.deepEqual(await told(() => send([file({ name: 'b.exe' })])), []);
  assert.deepEqual(store.find('file--1').additional_names, ['a.exe', 'b.exe']);
});

// docs/compatibility.md, "Also seen", 1.
test('another name with blanks around it is an event each time it comes', async () => {
  const { send, told, store } = knowledge();
  const padded = file({ x_opencti_additional_names: ['a.exe\uFEFF', 'b.exe'] });
  await send([padded]);
  assert.deepEqual(store.find('file--1').additional_names, ['a.exe', 'b.exe']);
  assert.deepEqual((await told(() => send([padded]))).length, 1);
  assert.deepEqual(await told(() => send([file({ x_opencti_additional_names: ['a.exe', 'b.exe'] })])), []);
});

// Experiment 24.
test('texts are trimmed as JavaScript does, after the id was made of them', async () => {
  const { send, told, store } = knowledge();
  await send([address(), url], { no_split: true });
  await send([note({ content: 'About it\n' })]);
  assert.equal(store.find('note--1').content.content, 'About it');
  assert.deepEqual(await told(() => send([note({ content: 'About it\n' })])), [['update', '/id']]);
  assert.deepEqual(await told(() => send([note({ content: 'About it\n' })])), []);
  const plain = note({ id: 'note--2', content: 'Plain' });
  await send([plain]);
  assert.deepEqual(await told(() => send([plain])), []);
  await send([file({ name: '\uFEFF a.exe\u00A0', x_opencti_additional_names: ['\u3000b.exe '], labels: [' L '] })]);
  const { content, additional_names: names, labels } = store.find('file--1');
  assert.deepEqual([content.name, names, labels], ['a.exe', ['b.exe'], ['l']]);
  await send([{ ...file({ name: '   ' }), id: 'file--2', hashes: { MD5: '0'.repeat(32) } }]);
  assert.equal(store.find('file--2').content.name, '', 'blanks are stored as nothing');
});

test('a note that is sent again about a file whose id has become another one is unchanged', async () => {
  const { send, told, store } = knowledge();
  const sha256 = { type: 'file', id: 'file--2', hashes: { 'SHA-256': 'ab'.repeat(32) } };
  await send([sha256, note({ object_refs: ['file--2'] })], { no_split: true });
  await send([{ ...sha256, hashes: { ...sha256.hashes, ...file().hashes } }]);
  const { standard_id: renamed } = store.find('file--2');
  assert.deepEqual(store.find('note--1').toStix().object_refs, [renamed]);
  assert.deepEqual(await told(() => send([note({ object_refs: [renamed] })])), []);
});

// Experiment 25.
test('notes and dated relationships do not keep the id that they come with, undated ones have the one that is made of their ends', async () => {
  const { send, store } = knowledge();
  await send([address(), url, note()], { no_split: true });
  await send([related({ start_time: '2026-01-01T00:00:00+00:00' })]);
  const dated = store.find('relationship--1');
  assert.notEqual(dated.standard_id, 'relationship--1');
  assert.deepEqual(dated.stix_ids, ['relationship--1']);
  assert.notEqual(store.find('note--1').standard_id, 'note--1');
  const other = knowledge();
  await other.send([address(), url], { no_split: true });
  await other.send([related({ start_time: '2026-01-01T00:00:00.000Z', id: 'relationship--9' })]);
  assert.equal(other.store.find('relationship--9').standard_id, dated.standard_id, 'the id depends on the dates, not on their text');
});

test('an artifact has no size, and a file is found by the id of each of its hashes', async () => {
  const { send, store } = knowledge();
  await send([{ ...file({ size: 7 }), type: 'artifact', id: 'artifact--1' }]);
  assert.equal(store.find('artifact--1').toStix().size, undefined);
  await send([file({ size: 7, hashes: { MD5: file().hashes.MD5, 'SHA-1': 'ab'.repeat(20) } })]);
  assert.equal(store.find('file--1').toStix().size, 7);
  assert.equal(store.find('file--1').stix_ids.length, 2, 'the sent id, and the id of the SHA-1');
});
