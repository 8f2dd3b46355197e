import assert from 'node:assert/strict';
import test from 'node:test';
import { namedId } from '../../simulators/opencti/ids.mjs';
import { observable_extension } from '../../simulators/opencti/stix.mjs';
import { knowledge as platform } from './support.mjs';

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
  assert.equal(scoOf(store, 'file--1').score, 9, 'the last object with an id counts');
  assert.equal(store.find('relationship--1').toStix().target_ref, store.find('url--1').standard_id);
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
  assert.deepEqual([one.content.name, one.additional_names], ['bymd5', ['by256']]);
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
  const { start_time: start, stop_time: stop } = store.find('relationship--1').toStix();
  assert.deepEqual([start, stop], ['2026-01-01T00:00:00.000Z', '2026-01-20T00:00:00.000Z'], 'from the oldest to the newest');
});

test('a relationship without dates lasts always: a dated one is another, unless it has the same id', async () => {
  const { send, store } = platform();
  await send([file(), url], { no_split: true });
  const dates = { start_time: '2026-01-01T00:00:00Z', stop_time: '2026-01-05T00:00:00Z' };
  await send([relationship()]);
  await send([relationship(dates)]);
  assert.equal(store.find('relationship--1').toStix().start_time, undefined, 'and the relationship stays without dates');
  await send([relationship({ id: 'relationship--2', ...dates })]);
  assert.notEqual(store.find('relationship--1'), store.find('relationship--2'));
  await send([relationship({ id: 'relationship--3' })]);
  assert.equal(store.find('relationship--3'), store.find('relationship--1'), 'found by the id that the new one would have');
  const dated = platform();
  await dated.send([file(), url], { no_split: true });
  await dated.send([relationship(dates)]);
  await dated.send([relationship({ id: 'relationship--2' })]);
  assert.equal(dated.store.find('relationship--2'), dated.store.find('relationship--1'), 'dates that are not sent are not compared');
  assert.equal(dated.store.find('relationship--2').toStix().stop_time, '2026-01-05T00:00:00.000Z');
});

test('a relationship is found again by its ends, whatever their ids have become', async () => {
  const { send, store } = platform();
  await send([file(), url], { no_split: true });
  await send([relationship()]);
  await send([file({ hashes: { MD5: '757a71f0fbd6b3d993be2a213338d1f2', 'SHA-256': 'ab'.repeat(32) } })]);
  await send([relationship({ id: 'relationship--2', source_ref: 'file--702e320e-43b6-552a-b7e7-d045bf9c887d' })]);
  assert.equal(store.find('relationship--2'), store.find('relationship--1'));
});

const country = (more) => ({ type: 'location', x_opencti_location_type: 'Country', ...more });
const sector = (more) => ({ type: 'identity', identity_class: 'class', ...more });

test('a country is found by the ids that its name and its aliases would have', () => {
  const { store } = platform();
  const netherlands = store.put(country({ id: 'location--1', name: 'Netherlands', x_opencti_aliases: ['NL', 'NLD'] }));
  const ids = ['netherlands', 'nl', 'nld'].map((name) => namedId(country(), name));
  for (const id of [...ids, 'location--1', netherlands.internal_id]) assert.equal(store.find(id), netherlands);
  assert.match(namedId(country(), 'NL'), /^location--13c7f6d7-/);
  assert.equal(namedId(country(), ' RU '), 'location--1fb3e57c-c0bd-531e-beb5-9a50db937249');
  assert.equal(namedId(sector(), 'Energy & Utilities'), 'identity--60e0237c-40e1-5951-a177-f774a5141b28');
});

test('a country that is known under the sent name, alias or id is renamed', async () => {
  for (const sent of [
    country({ id: 'location--2', name: 'NL' }),
    country({ id: 'location--1', name: 'Low Lands' }),
    country({ id: 'location--2', name: 'NETHERLANDS' }),
    country({ id: 'location--2', name: 'Holland', x_opencti_aliases: ['nld'] }),
  ]) {
    const { send, store } = platform();
    store.put(country({ id: 'location--1', name: 'Netherlands', x_opencti_aliases: ['NL', 'NLD'] }));
    await send([sent]);
    const stored = store.find('location--1');
    assert.equal(stored.toStix().name, sent.name);
    assert.equal(stored.standard_id, namedId(country(), sent.name));
    assert.equal(store.find(sent.id), stored);
    assert.equal(store.find(namedId(country(), 'Netherlands')), stored, 'the old name is an alias');
  }
});

test('a renamed country keeps its old name as an alias, and no name is there twice', async () => {
  const { send, store } = platform();
  store.put(country({ id: 'location--1', name: 'Netherlands', x_opencti_aliases: ['NL', 'NLD'] }));
  await send([country({ id: 'location--2', name: 'NL' })]);
  assert.deepEqual(store.find('location--1').toStix().x_opencti_aliases, ['NLD', 'Netherlands']);
});

test('an alias that is the name of another country is dropped', async () => {
  const { send, store } = platform();
  store.put(country({ id: 'location--1', name: 'DE' }));
  store.put(country({ id: 'location--2', name: 'Germany' }));
  await send([country({ id: 'location--3', name: 'Germany', x_opencti_aliases: ['DE'] })]);
  assert.equal(store.find(namedId(country(), 'DE')).toStix().name, 'DE');
  assert.equal(store.find('location--2').toStix().x_opencti_aliases, undefined);
});

test('a sector and an organisation of the same name are two, and a sector is renamed as a country is', async () => {
  const { send, store } = platform();
  store.put(sector({ id: 'identity--1', name: 'Energy', x_opencti_aliases: ['Power'] }));
  await send([{ type: 'identity', identity_class: 'organization', id: 'identity--2', name: 'Energy' }]);
  assert.notEqual(store.find('identity--1'), store.find('identity--2'));
  await send([sector({ id: 'identity--3', name: 'power ' })]);
  assert.equal(store.find('identity--1').toStix().name, 'power');
  await send([sector({ id: 'identity--4', name: 'Energy &amp; Power' })]);
  assert.notEqual(store.find('identity--4'), store.find('identity--1'), 'an HTML entity makes another sector');
});

test('a country without a name is ignored', async () => {
  const { send, store } = platform();
  assert.deepEqual((await send([country({ id: 'location--1' })])).errors, []);
  assert.equal(store.find('location--1'), undefined);
});

test('a note with a known id is replaced but for its first date and its objects', async () => {
  const { send, store } = platform();
  await send([file(), url], { no_split: true });
  const note = (more) => ({ type: 'note', id: 'note--1', created: '2026-05-01T00:00:00Z', content: 'first', object_refs: ['file--1'], ...more });
  await send([note({ abstract: 'a' })]);
  await send([note({ abstract: 'b', content: ' second ', created: '2026-06-01T00:00:00Z', object_refs: ['url--1', 'url--none'] })]);
  const { id, content, abstract, created, object_refs: objects } = store.find('note--1').toStix();
  assert.deepEqual([content, abstract, created, objects], ['second', 'b', '2026-05-01T00:00:00.000Z', ['file--1', 'url--1'].map((known) => store.find(known).standard_id)]);
  assert.notEqual(id, 'note--1', 'the standard id is generated from content and date');
  assert.equal(store.find(id), store.find('note--1'));
});

test('a note with another id is the same when content and date are, and another when one is not', async () => {
  const { send, store } = platform();
  const note = { type: 'note', id: 'note--1', created: '2022-11-25T19:00:05.000Z', content: 'My note content!' };
  await send([note]);
  assert.equal(store.find('note--1').standard_id, 'note--10861e5c-049e-54f6-9736-81c106e39a0b');
  await send([{ ...note, id: 'note--2', abstract: 'new' }]);
  await send([{ ...note, id: 'note--3', created: '2022-11-26T19:00:05.000Z' }]);
  assert.equal(store.find('note--2'), store.find('note--1'));
  assert.notEqual(store.find('note--3'), store.find('note--1'));
});

test('a domain is stored in lower case, an address and a web address unchanged', async () => {
  const { send, store } = platform();
  const sent = [
    { type: 'domain-name', id: 'domain-name--1', value: 'Example.COM' },
    { type: 'domain-name', id: 'domain-name--2', value: 'example.com' },
    { type: 'ipv6-addr', id: 'ipv6-addr--1', value: '2001:db8::1' },
    { type: 'ipv6-addr', id: 'ipv6-addr--2', value: '2001:DB8::1' },
    { type: 'url', id: 'url--2', value: ' http://EXAMPLE.com/ ' },
  ];
  assert.deepEqual((await send(sent, { no_split: true })).errors, []);
  assert.equal(store.find('domain-name--1'), store.find('domain-name--2'));
  assert.equal(store.find('domain-name--1').standard_id, 'domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7');
  assert.notEqual(store.find('ipv6-addr--1'), store.find('ipv6-addr--2'));
  const { content, standard_id: standard } = store.find('url--2');
  assert.equal(content.value, 'http://EXAMPLE.com/');
  assert.notEqual(standard, 'url--82fcf57c-b982-5a16-9876-66c0543de9f3', 'the id is generated before the value is trimmed');
  await send(sent.slice(-1));
  assert.equal(store.find('url--2').standard_id, 'url--82fcf57c-b982-5a16-9876-66c0543de9f3', 'the next time, the id is generated from the stored value');
});

test('objects that come with a draft stay in the draft', async () => {
  const { send, store, newWork } = platform();
  store.put(file({ x_opencti_score: 5 }));
  store.openDraft('d');
  await send([file({ x_opencti_score: 50 }), url], { draft_id: 'd', no_split: true });
  assert.equal(store.find('file--1').score, 5);
  assert.equal(store.find('file--1', 'd').score, 50);
  assert.equal(store.find('url--1'), undefined);
  assert.deepEqual((await send([file()], { draft_id: 'none' })).errors.map(({ name }) => name), ['DRAFT_LOCKED']);
  // If the draft of a whole bundle is gone, all objects but the first go live, as with the real worker.
  const strays = await send([file(), { type: 'url', id: 'url--00000000-0000-4000-8000-00000000057a', value: 'http://stray.example/' }],
    { draft_id: 'none', no_split: true, work_id: newWork().id });
  assert.deepEqual([strays.errors.length, strays.imported], [1, 1]);
});

test('an author that is not there is left out, a relationship without an end is rejected', async () => {
  const { send, store, newWork } = platform();
  const work = newWork();
  await send([file({ created_by_ref: 'identity--none' })], { work_id: work.id });
  assert.equal(store.find('file--1').author, undefined);
  await send([relationship()], { work_id: work.id });
  assert.deepEqual(work.errors.map(({ message }) => message), [
    "{'name': 'MISSING_REFERENCE_ERROR', 'error_message': 'Element(s) not found'}",
  ]);
});

test('a message that is not an envelope is kept and reported nowhere', async () => {
  const { worker, sendRaw, send } = platform();
  for (const body of ['rubbish', '{}', '{"content":"%%%"}', '{"content":"e30="}']) await sendRaw(body);
  assert.equal(worker.bundles().length, 4);
  for (const { outcome, errors } of worker.bundles()) {
    assert.equal(outcome, 'rejected');
    assert.equal(errors.length, 1);
  }
  assert.equal((await send([file()])).outcome, 'imported');
});

test('a paused worker leaves messages until it is resumed, and skips those that went back to the broker', async () => {
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
