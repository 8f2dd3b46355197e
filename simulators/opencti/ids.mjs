// The ids that the platform makes of what objects say, and under which it finds them again.
import { createHash } from 'node:crypto';
import { entityType } from './stix.mjs';

const namespace = Buffer.from('00abedb4aa42466c9c01fed23315a9b7', 'hex');
const best_hashes = ['MD5', 'SHA-1', 'SHA-256', 'SHA-512'];
const identity_classes = { Sector: 'class', Organization: 'organization', Individual: 'individual', System: 'system' };

export const isNamed = ({ type }) => type === 'identity' || type === 'location';
export const hasHashes = ({ type }) => type === 'file' || type === 'artifact';

// The standard id of an object. A relationship, and what is not identified by anything, keeps the id it comes with.
export function standardId(object) {
  if (isNamed(object)) return object.name === undefined ? object.id : namedId(object, object.name);
  const identifying = identifyingPart(object);
  return identifying === null ? object.id : generatedId(object.type, identifying);
}

// The id that a country, a sector, an organisation would have under this name.
export function namedId(object, name) {
  const kind = entityType(object);
  const compared = String(name).trim().toLowerCase();
  return generatedId(object.type, object.type === 'location'
    ? { name: compared, x_opencti_location_type: kind }
    : { identity_class: identity_classes[kind], name: compared });
}

export const aliasesOf = (object) => [...new Set([...(object.x_opencti_aliases ?? []), ...(object.aliases ?? [])])];

// Under what, besides its own id, an object is found: the ids of its names, its hashes, its standard id.
export function naturalKeys(object) {
  if (isNamed(object)) return [object.name, ...aliasesOf(object)].map((name) => namedId(object, name));
  if (hasHashes(object)) {
    return Object.entries(object.hashes ?? {}).map(([name, hash]) => `${object.type} ${name} ${String(hash).toLowerCase()}`);
  }
  return [standardId(object)];
}

function identifyingPart(object) {
  const { type, content, created, number, value } = object;
  if (hasHashes(object)) return identifyingHash(object);
  if (type === 'note') return created === undefined ? null : { content, created: new Date(created).toISOString() };
  if (type === 'autonomous-system') return { number };
  return value === undefined ? null : { value };
}

// One hash, else the name.
function identifyingHash({ hashes, name }) {
  const algorithm = best_hashes.find((known) => hashes?.[known]);
  if (algorithm) return { hashes: { [algorithm]: hashes[algorithm] } };
  return name === undefined ? null : { name };
}

// `identifying` has its keys in alphabetical order.
export const generatedId = (type, identifying) => `${type}--${uuid5(JSON.stringify(identifying))}`;

function uuid5(text) {
  const digest = createHash('sha1').update(namespace).update(text, 'utf8').digest();
  digest[6] = (digest[6] & 0x0f) | 0x50;
  digest[8] = (digest[8] & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
