// The ids that the platform generates from the content of objects, and by which it finds them again.
import { createHash } from 'node:crypto';
import { entityType } from './stix.mjs';

const namespace = Buffer.from('00abedb4aa42466c9c01fed23315a9b7', 'hex');
const best_hashes = ['MD5', 'SHA-1', 'SHA-256', 'SHA-512'];
const identity_classes = { Sector: 'class', Organization: 'organization', Individual: 'individual', System: 'system' };

export const isNamed = ({ type }) => type === 'identity' || type === 'location';
export const hasHashes = ({ type }) => type === 'file' || type === 'artifact';

// The standard id of an object. An object without identifying properties keeps its own id. `standardOf` returns the standard id of an end of a
// relationship.
export function standardId(object, standardOf = (id) => id) {
  if (object.type === 'relationship') return relationshipId(object, standardOf);
  if (isNamed(object)) return object.name === undefined ? object.id : namedId(object, object.name);
  const identifying = identifyingPart(object);
  return identifying === null ? object.id : generatedId(object.type, identifying);
}

function relationshipId({ type, relationship_type, source_ref, target_ref, start_time, stop_time }, standardOf) {
  const moment = (date) => (date === undefined || date === null ? undefined : new Date(date).toISOString());
  return generatedId(type, {
    relationship_type,
    source_ref: standardOf(source_ref),
    start_time: moment(start_time),
    stop_time: moment(stop_time),
    target_ref: standardOf(target_ref),
  });
}

// The ids that a file would have with each of its hashes.
export const hashIds = (object) => Object.entries((hasHashes(object) && object.hashes) || {})
  .map(([algorithm, hash]) => generatedId(object.type, { hashes: { [algorithm]: String(hash).toLowerCase() } }));

// The id that a country, a sector or an organisation would have with this name.
export function namedId(object, name) {
  const kind = entityType(object);
  const compared = String(name).trim().toLowerCase();
  return generatedId(object.type, object.type === 'location'
    ? { name: compared, x_opencti_location_type: kind }
    : { identity_class: identity_classes[kind], name: compared });
}

export const aliasesOf = (object) => [...new Set([...(object.x_opencti_aliases ?? []), ...(object.aliases ?? [])])];

// The ids by which an object is found in addition to its own id: those of its names and hashes, and its standard id.
export function naturalKeys(object) {
  if (isNamed(object)) return [object.name, ...aliasesOf(object)].map((name) => namedId(object, name));
  if (hasHashes(object)) {
    return Object.entries(object.hashes ?? {}).map(([name, hash]) => `${object.type} ${name} ${String(hash).toLowerCase()}`);
  }
  return object.type === 'relationship' ? [] : [standardId(object)];
}

function identifyingPart(object) {
  const { type, content, created, number, pattern, value } = object;
  if (hasHashes(object)) return identifyingHash(object);
  if (type === 'note') return created === undefined ? null : { content, created: new Date(created).toISOString() };
  if (type === 'indicator') return pattern === undefined ? null : { pattern: spacedPattern(pattern) };
  if (type === 'autonomous-system') return { number };
  return value === undefined ? null : { value };
}

// Puts one blank on each side of an equals sign, and removes blanks around the whole (utils/syntax.js: cleanupIndicatorPattern).
const spacedPattern = (pattern) => String(pattern).trim().replace(/\s*([!<>]?=)\s*/g, ' $1 ');

// One of the hashes, else the name.
function identifyingHash({ hashes, name }) {
  const algorithm = best_hashes.find((known) => hashes?.[known]);
  if (algorithm) return { hashes: { [algorithm]: String(hashes[algorithm]).toLowerCase() } };
  return name === undefined ? null : { name };
}

// The keys of `identifying` must be in alphabetical order.
export const generatedId = (type, identifying) => `${type}--${uuid5(JSON.stringify(identifying))}`;

function uuid5(text) {
  const digest = createHash('sha1').update(namespace).update(text, 'utf8').digest();
  digest[6] = (digest[6] & 0x0f) | 0x50;
  digest[8] = (digest[8] & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
