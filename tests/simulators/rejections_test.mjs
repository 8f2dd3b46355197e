// Objects that the platform rejects, with its own texts, and odd values that it accepts (experiments 3, 5, 9 and 13).
import assert from 'node:assert/strict';
import test from 'node:test';
import { knowledge as platform } from './support.mjs';

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

test('objects that the platform rejects are rejected, and the rest of the bundle imported', async () => {
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
  assert.match(await refused({ type: 'ipv4-addr', id: 'ipv4-addr--2', value: null }), /not correctly formatted/);
  for (const value of ['trailing.example.', 'bl ank.example', ' a.example', 'a..example', '', null, 7]) {
    assert.match(await refused({ type: 'domain-name', id: 'domain-name--2', value }), /not correctly formatted/, value);
  }
  for (const value of ['192.0.2.009', '192.0.2.1:80', '192.0.2.1 ', '2001:db8::1', '192.0.2']) {
    assert.match(await refused({ type: 'ipv4-addr', id: 'ipv4-addr--3', value }), /not correctly formatted/, value);
  }
  assert.match(await refused({ type: 'ipv6-addr', id: 'ipv6-addr--3', value: '192.0.2.1' }), /not correctly formatted/);
  for (const number of [2 ** 31, '64500', 'AS64500', 1.5]) {
    assert.match(await refused({ type: 'autonomous-system', id: 'autonomous-system--1', number }), /Int cannot represent/);
  }
  assert.match(await refused(file({ labels: ['a', 7] })), /non string value: 7/);
  assert.match(await refused(file({ hashes: { MD5: 'xyz' } })), /at least 5 characters/);
  assert.match(await refused({ type: 'note', id: 'note--1', content: ' x ' }), /at least 2 characters/);
  assert.match(await refused({ type: 'identity', id: 'identity--1', name: '' }), /at least 2 characters/);
  store.put({ type: 'location', id: 'location--1', name: 'Netherlands' });
  assert.match(await refused(file({ x_opencti_created_by_ref: 'location--1' })), /must be an Identity/);
  assert.match(await refused(relationship({ relationship_type: 'Related-To' })), /Only stix-core-relationship/);
  assert.match(await refused(relationship({ start_time: '2026-01-01T00:00Z' })), /invalid date-time-string/);
  assert.match(await refused(relationship({ relationship_type: 'downloads' })), /not allowed between StixFile and Url/);
  assert.match(await refused(relationship({ target_ref: 'file--1' })), /same source and target/);
  assert.match(
    await refused(relationship({ start_time: '2026-02-01T00:00:00Z', stop_time: '2026-01-01T00:00:00Z' })), /stop_time less/,
  );
  assert.equal(store.find('file--1').score, undefined);
});

test('odd objects that the platform accepts are accepted', async () => {
  const { send } = platform();
  const accepted = [
    ['domain-name', '*.wild.example'], ['domain-name', 'under_score.example'], ['domain-name', 'b\u00fccher.example'],
    ['ipv4-addr', '192.0.2.1/32'], ['ipv6-addr', 'fe80::1%eth0'], ['ipv6-addr', '2001:db8::/32'], ['url', 'not a url'],
    ['hostname', 'localhost'],
  ].map(([type, value], i) => ({ type, id: `${type}--${i}`, value }));
  const system = { type: 'autonomous-system', id: 'autonomous-system--1', number: 2 ** 31 - 1, name: '' };
  const ends = { start_time: '2026-01-01T00:00:00Z', stop_time: '2026-01-01T00:00:00Z' };
  const objects = [...accepted, system, file({ size: 2 ** 31 - 1, x_opencti_score: 0 }), url, relationship(ends)];
  assert.deepEqual((await send(objects, { no_split: true })).errors, []);
});

test('only the kinds of relationship that the platform knows between two types are accepted', async () => {
  const { send, store } = platform();
  const types = {
    StixFile: 'file', Artifact: 'artifact', 'IPv4-Addr': 'ipv4-addr', 'IPv6-Addr': 'ipv6-addr', 'Domain-Name': 'domain-name',
    Hostname: 'hostname', Url: 'url', 'Autonomous-System': 'autonomous-system', Country: 'location', Sector: 'identity',
    Organization: 'identity', Indicator: 'indicator', Malware: 'malware',
  };
  for (const [name, type] of Object.entries(types)) {
    for (const end of ['source', 'target']) store.put({ type, id: `${type}--${name}-${end}` }, { type: name });
  }
  const refusals = async (source, type, target) => (await send([relationship({
    relationship_type: type, source_ref: `${types[source]}--${source}-source`, target_ref: `${types[target]}--${target}-target`,
  })])).errors.map(({ name, message }) => `${name} ${message}`);

  for (const [source, type, ...targets] of [
    ['StixFile', 'drops', 'StixFile'],
    ['StixFile', 'communicates-with', 'IPv4-Addr', 'IPv6-Addr', 'Domain-Name'],
    ['Artifact', 'communicates-with', 'IPv4-Addr', 'IPv6-Addr', 'Domain-Name'],
    ['IPv4-Addr', 'located-at', 'Country'],
    ['IPv6-Addr', 'belongs-to', 'Autonomous-System', 'Organization'],
    ['Domain-Name', 'resolves-to', 'IPv4-Addr', 'IPv6-Addr', 'Domain-Name', 'Hostname'],
    ['Hostname', 'resolves-to', 'IPv4-Addr', 'IPv6-Addr', 'Domain-Name'],
    ['Hostname', 'drops', 'StixFile', 'Artifact'],
    ['Url', 'derived-from', 'Url'],
    ['Indicator', 'based-on', 'Url', 'Hostname'],
    ['Indicator', 'indicates', 'Malware'],
    ...Object.keys(types).map((source) => [source, 'related-to', ...Object.keys(types)]),
  ]) {
    for (const target of targets) assert.deepEqual(await refusals(source, type, target), [], `${source} ${type} ${target}`);
  }
  for (const [source, type, ...targets] of [
    ['StixFile', 'communicates-with', 'Url', 'Hostname'],
    ['StixFile', 'targets', 'Sector'],
    ['Artifact', 'drops', 'StixFile'],
    ['Artifact', 'downloads', 'StixFile'],
    ['IPv4-Addr', 'resolves-to', 'Domain-Name'],
    ['IPv4-Addr', 'targets', 'Sector'],
    ['Domain-Name', 'located-at', 'Country'],
    ['Domain-Name', 'communicates-with', 'IPv4-Addr'],
    ['Url', 'resolves-to', 'IPv4-Addr'],
    ['Url', 'communicates-with', 'Domain-Name'],
    ['Hostname', 'resolves-to', 'Hostname'],
  ]) {
    for (const target of targets) {
      const expected = `FUNCTIONAL_ERROR The relationship type ${type} is not allowed between ${source} and ${target}`;
      assert.deepEqual(await refusals(source, type, target), [expected]);
    }
  }
});

test('a rejection is on the work in the words of the worker', async () => {
  const { works, send, newWork } = platform();
  const work = newWork();
  works.addExpectations(work.id, 3);
  const late = { start_time: '2026-02-01T00:00:00Z', stop_time: '2026-01-01T00:00:00Z' };
  await send([file(), url, relationship(late)], { work_id: work.id, no_split: true });
  assert.equal(work.status, 'complete');
  assert.deepEqual(work.errors.map(({ message }) => message), [
    "{'name': 'DATABASE_ERROR', 'error_message': 'You cant create a relation with a stop_time less than the start_time'}",
  ]);
});
