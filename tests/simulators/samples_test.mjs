import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { Entity } from '../../simulators/opencti/entity.mjs';
import { extension, observable_extension, opencti_extension, readFields } from '../../simulators/opencti/stix.mjs';
import { startTip } from './support.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../samples');
const segments = { file: 'hash', ip: 'ip', domain: 'domain', url: 'url' };
const general_sections = { file: 'FileGeneralInfo', ip: 'IpGeneralInfo', domain: 'DomainGeneralInfo', url: 'UrlGeneralInfo' };
const expected_cases = ['all-null', 'full', 'hostile', 'minimal', 'trial-licence', 'unknown-zone-and-sections', 'wrong-types'];
const max_bytes = 40_000;

const samples = Object.keys(segments).flatMap((folder) => readdirSync(path.join(root, folder)).sort().map((name) => {
  const text = (file) => readFileSync(path.join(root, folder, name, file), 'utf8');
  const json = (file) => JSON.parse(text(file));
  return {
    folder,
    name: `${folder}/${name}`,
    file: path.join(root, folder, name, 'answer.json'),
    texts: ['answer.json', 'observable.platform.json', 'observable.export.json'].map(text),
    answer: json('answer.json'),
    platform: json('observable.platform.json'),
    exported: json('observable.export.json'),
  };
}));

const best_hash = ({ hashes }) => ['MD5', 'SHA-1', 'SHA-256'].find((name) => hashes[name]);
const asked = (observable) => observable.value ?? observable.hashes[best_hash(observable)];

function uuid5(text) {
  const namespace = Buffer.from('00abedb4aa42466c9c01fed23315a9b7', 'hex');
  const hex = createHash('sha1').update(namespace).update(text).digest('hex');
  const variant = ((parseInt(hex[16], 16) & 0x3) | 0x8).toString(16);
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

function trueId(observable) {
  const { type, value } = observable;
  const identifying = value === undefined
    ? { hashes: { [best_hash(observable)]: observable.hashes[best_hash(observable)] } }
    : { value };
  return `${type}--${uuid5(JSON.stringify(identifying))}`;
}

test('each kind has each case', () => {
  for (const folder of Object.keys(segments)) {
    const names = samples.filter((sample) => sample.folder === folder).map(({ name }) => name);
    for (const name of expected_cases) assert.ok(names.includes(`${folder}/${name}`), `${folder}/${name}`);
  }
});

test('answers are small enough to read', () => {
  for (const { name, file } of samples) assert.ok(statSync(file).size <= max_bytes, name);
});

test('an observable has its true id and keeps it when the platform reads it', () => {
  for (const { name, platform } of samples) {
    assert.equal(platform.id, trueId(platform), name);
    assert.deepEqual(new Entity(platform).toStix(), platform, name);
  }
});

test('both forms of an observable say the same', () => {
  for (const { name, platform, exported } of samples) {
    for (const key of ['id', 'type', 'value', 'hashes', 'name', 'size', 'mime_type', 'object_marking_refs', 'resolves_to_refs']) {
      assert.deepEqual(exported[key], platform[key], `${name} ${key}`);
    }
    const fields = readFields(platform);
    const { id, type } = extension(platform, opencti_extension);
    assert.deepEqual(readFields(exported), fields, name);
    assert.deepEqual([exported.x_opencti_id, exported.x_opencti_type], [id, type], name);
    assert.equal(exported.extensions, undefined, name);
    assert.equal(exported.labels, undefined, name);
    if (type === 'Url') assert.equal(platform.score, fields.score, name);
    if (type === 'Hostname') assert.deepEqual(extension(platform, observable_extension), { extension_type: 'new-sco' }, name);
  }
});

test('every case is answered when its observable is asked about', async (t) => {
  const tip = await startTip(t);
  const found = new Map();
  for (const { folder, name, answer, platform } of samples) {
    const response = await tip.get(`/api/${segments[folder]}/${encodeURIComponent(asked(platform))}`);
    assert.equal(response.status, 200, name);
    const general = general_sections[folder];
    const said = await response.json();
    assert.deepEqual(said[general], answer[general], name);
    assert.equal(found.get(asked(platform)), undefined, `${name} and ${found.get(asked(platform))} are about the same object`);
    found.set(asked(platform), name);
  }
});

test('nothing in them is the address of anybody', () => {
  const documentation = /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\./;
  for (const { name, texts } of samples) {
    for (const text of texts) {
      for (const [address] of text.matchAll(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g)) assert.match(address, documentation, name);
    }
  }
});
