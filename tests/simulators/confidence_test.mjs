// Which confidence may overwrite which (experiments 3b, 7, 9, 10, 20, 26, 31, 32).
import assert from 'node:assert/strict';
import test from 'node:test';
import { markings } from '../../simulators/opencti/markings.mjs';
import { observable_extension } from '../../simulators/opencti/stix.mjs';
import { connector_role } from '../../simulators/opencti/users.mjs';
import { knowledge } from './support.mjs';

const idOf = (definition) => Object.keys(markings).find((id) => markings[id].definition === definition);
const named = (ids) => ids.map((id) => markings[id].definition);
const file = (more) => ({ type: 'file', id: 'file--1', hashes: { MD5: 'bad0bad1bad2bad3bad4bad5bad6bad7' }, ...more });
const author = (n) => ({ type: 'identity', id: `identity--${n}`, identity_class: 'organization', name: `Author ${n}` });
const country = (more) => ({ type: 'location', id: 'location--1', x_opencti_location_type: 'Country', ...more });

// `as(user, …objects)` sends objects as a user with that confidence.
function platform(options) {
  const parts = knowledge(options);
  for (const level of [20, 50, 80, 100]) parts.users.put({ id: `conn${level}`, max_confidence: level });
  return { ...parts, as: (level, ...objects) => parts.send(objects, { applicant_id: `conn${level}`, no_split: true }) };
}

test('with less confidence than the entity was made with, only empty fields are filled, and labels and references are added', async () => {
  const { as, store } = platform();
  const weak = file({
    name: 'b.exe', x_opencti_score: 10, x_opencti_description: 'Filled', size: 9, labels: ['new'],
    hashes: { MD5: file().hashes.MD5, 'SHA-1': 'ab'.repeat(20) }, external_references: [{ source_name: 's', url: 'https://s.example/' }],
  });
  await as(80, file({ name: 'a.exe', x_opencti_score: 70 }));
  await as(50, weak);
  const { content, score, description, labels, references } = store.find('file--1');
  assert.deepEqual([content.name, score, description, content.size], ['a.exe', 70, 'Filled', 9]);
  assert.deepEqual(content.hashes, file().hashes);
  assert.deepEqual([labels, references.length], [['new'], 1]);
  await as(80, weak);
  assert.deepEqual([store.find('file--1').score, store.find('file--1').confidence], [10, 80]);
  await as(100, file({ x_opencti_score: 20 }));
  assert.equal(store.find('file--1').confidence, 80, 'the confidence of an observable stays');
  assert.equal(JSON.stringify(store.find('file--1').toStix()).includes('confidence'), false, 'and it cannot be read');
});

test('an author is replaced only by higher confidence', async () => {
  const { as, store } = platform();
  await as(100, author(1), author(2));
  await as(80, file({ created_by_ref: 'identity--1' }));
  await as(80, file({ created_by_ref: 'identity--2' }));
  assert.equal(store.find('file--1').author, 'identity--1');
  await as(100, file({ created_by_ref: 'identity--2' }));
  assert.equal(store.find('file--1').author, 'identity--2');
});

test('a stricter marking takes the place of another one of its kind, for everybody, with enough confidence', async () => {
  const { as, store } = platform();
  const marked = async (level, ...definitions) => {
    await as(level, file({ object_marking_refs: definitions.map(idOf) }));
    return named(store.find('file--1').markings);
  };
  await as(100, file());
  assert.deepEqual(await marked(50, 'TLP:GREEN'), ['TLP:GREEN'], 'unmarked is filled');
  assert.deepEqual(await marked(50, 'TLP:AMBER'), ['TLP:GREEN']);
  assert.deepEqual(await marked(100, 'TLP:AMBER'), ['TLP:AMBER'], 'experiment 26');
  assert.deepEqual(await marked(100, 'TLP:GREEN', 'PAP:AMBER'), ['TLP:AMBER', 'PAP:AMBER']);
  assert.deepEqual(await marked(100, 'PAP:RED'), ['TLP:AMBER', 'PAP:RED']);
  assert.deepEqual(await marked(100, 'PAP:GREEN', 'TLP:CLEAR'), ['TLP:AMBER', 'PAP:RED']);
});

test('the confidence of domain objects and relationships is the sent one, up to that of the user, and grows', async () => {
  const { as, store } = platform();
  const note = (more) => ({ type: 'note', id: 'note--1', content: 'About it', created: '2026-05-01T00:00:00Z', ...more });
  await as(100, note({ confidence: 30 }));
  assert.equal(store.find('note--1').toStix().confidence, 30);
  await as(50, note({ confidence: 90, content: 'Fifty' }));
  assert.deepEqual([store.find('note--1').confidence, store.find('note--1').content.content], [50, 'Fifty']);
  await as(100, note({ confidence: 40, content: 'Forty' }));
  assert.deepEqual([store.find('note--1').confidence, store.find('note--1').content.content], [50, 'Fifty']);
});

test('files of more confidence than the user has are not merged', async () => {
  const { as, store } = platform();
  const other = { type: 'file', id: 'file--2', hashes: { 'SHA-256': 'ab'.repeat(32) } };
  await as(100, file(), other);
  const both = file({ hashes: { ...file().hashes, ...other.hashes } });
  await as(50, both);
  assert.notEqual(store.find('file--2'), store.find('file--1'));
  await as(100, both);
  assert.equal(store.find('file--2'), store.find('file--1'));
});

// Experiments 7 and 31.
test('a country is renamed with enough confidence only, and found by its exact names and codes, not by other names of it', async () => {
  const { as, store, told } = platform();
  store.put(country({ name: 'Viet Nam', x_opencti_aliases: ['VN', 'VNM'] }));
  await as(50, country({ id: 'location--2', name: 'VN' }));
  await as(100, country({ id: 'location--3', name: 'vn', confidence: 10 }));
  assert.deepEqual([store.find('location--1').content.name, store.count()], ['Viet Nam', 1]);
  assert.deepEqual(store.find('location--1').content.x_opencti_aliases, ['VN', 'VNM']);
  assert.deepEqual(await told(() => as(100, country({ id: 'location--4', name: 'Vietnam' }))), [['create']], 'another country');
  await as(100, country({ id: 'location--5', name: 'VIET NAM', object_marking_refs: [idOf('TLP:AMBER')] }));
  assert.deepEqual([store.find('location--1').content.name, named(store.find('location--1').markings)], ['VIET NAM', ['TLP:AMBER']]);
});

// Experiment 20.
test('sharing with organisations takes a right of its own', async () => {
  const sharing = [...connector_role, 'KNOWLEDGE_KNUPDATE_KNORGARESTRICT'];
  const shared = (more) => file({ x_opencti_granted_refs: ['identity--org'], ...more });
  const granted = async ({ send, store }, object) => {
    await send([object]);
    return store.find(object.id).granted_refs;
  };
  assert.deepEqual(await granted(knowledge(), shared()), []);
  const allowed = knowledge({ user: { capabilities: sharing } });
  assert.deepEqual(await granted(allowed, shared()), ['identity--org']);
  assert.deepEqual(await granted(allowed, { ...author(1), x_opencti_granted_refs: ['identity--org'] }), [], 'identities never are');
  const known = (options) => {
    const parts = knowledge(options);
    parts.store.put(file());
    return parts;
  };
  assert.deepEqual(await granted(known({ user: { capabilities: sharing } }), shared()), ['identity--org']);
  assert.deepEqual(await granted(known(), shared()), []);
  assert.deepEqual(await granted(known({ user: { capabilities: sharing }, enterprise: false }), shared()), [], 'a known object needs the enterprise edition, too');
});

test('the name of a file is kept when another confidence names it', async () => {
  const { as, store } = platform();
  await as(100, file({ name: 'a.exe' }));
  await as(50, file({ name: 'b.exe', x_opencti_additional_names: ['c.exe'] }));
  assert.equal(store.find('file--1').toStix().name, 'a.exe');
  assert.deepEqual(store.find('file--1').toStix().extensions[observable_extension]?.additional_names, ['c.exe'], 'there were none');
});
