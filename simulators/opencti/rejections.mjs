// Objects that the platform rejects, with the names and texts of its errors.
import { isIPv6 } from 'node:net';
import { wrongIndicator } from './indicators.mjs';
import { markings } from './markings.mjs';
import { isRelationshipType, mayRelate } from './relations.mjs';
import { entityType, isDate, isObservable, readFields } from './stix.mjs';
import { may } from './users.mjs';

const largest_int = 2_147_483_647;
const hash_algorithms = new Set([
  'MD5', 'SHA-1', 'SHA-256', 'SHA-512', 'SHA3-256', 'SHA3-512', 'SSDEEP', 'SDHASH', 'TLSH', 'LZJD',
]);

// → null, or { name, message }. `find` returns the stored entity with an id if `user` may see it.
export function refusal(object, find, user) {
  if (entityType(object) === null) return error('Incompatible element in bundle', 'Incompatible element in bundle');
  return forbidden(object, user) ?? wrongLabels(object) ?? wrongScore(object) ?? wrongAuthor(object, find)
    ?? (rules[object.type]?.(object, find) ?? null);
}

function forbidden({ type, object_marking_refs: sent = [] }, user) {
  const right = type === 'marking-definition' ? 'SETTINGS_SETMARKINGS' : 'KNOWLEDGE_KNUPDATE';
  if (!may(user, right)) return error('FORBIDDEN_ACCESS', 'You are not allowed to do this.');
  const hidden = sent.some((id) => markings[id] !== undefined && !may(user, 'BYPASS') && !user.allowed.has(id));
  return hidden ? error('MISSING_REFERENCE_ERROR', 'Element(s) not found') : null;
}

const error = (name, message) => ({ name, message });
const badInput = (message) => error('BAD_USER_INPUT', `Variable "$input" got invalid value; ${message}`);

function wrongLabels(object) {
  if (object.labels === null) return error('TypeError', "'NoneType' object is not iterable");
  const wrong = (readFields(object).labels ?? []).find((label) => typeof label !== 'string');
  return wrong === undefined ? null : badInput(`String cannot represent a non string value: ${JSON.stringify(wrong)}`);
}

// An author that does not exist is not an error.
function wrongAuthor(object, find) {
  const author = find(readFields(object).author);
  return author === undefined || author.type === 'identity' ? null
    : error('FUNCTIONAL_ERROR', 'CreatedBy relation must be an Identity entity');
}

function wrongScore(object) {
  const { score } = readFields(object);
  if (!isObservable(object) || score === undefined || score === null) return null;
  if (!Number.isInteger(score)) return badInput(`Int cannot represent non-integer value: ${JSON.stringify(score)}`);
  if (score < 0 || score > 100) return error('VALIDATION_ERROR', 'The score should be an integer between 0 and 100');
  return null;
}

function wrongInt(value) {
  if (value === undefined || value === null) return null;
  if (!Number.isInteger(value)) return badInput(`Int cannot represent non-integer value: ${JSON.stringify(value)}`);
  if (Math.abs(value) > largest_int) return badInput(`Int cannot represent non 32-bit signed integer value: ${value}`);
  return null;
}

const wrongFormat = () => error('FUNCTIONAL_ERROR', 'Observable is not correctly formatted');
const tooShort = (field, text) => (
  typeof text === 'string' && text.trim().length >= 2 ? null : error('BAD_USER_INPUT', `${field} must be at least 2 characters in length`)
);
const wellFormed = (test) => ({ value }) => (typeof value === 'string' && test(value) ? null : wrongFormat());
const ipv4_form = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$|\/)|(?=\/|$))){4}(?:\/\d{1,2})?$/;
const domain_form = /^[^\s.]+(?:\.[^\s.]+)+$/;
// Optionally with a zone or the length of a prefix.
const isIPv6Text = (value) => isIPv6(value.replace(/\/\d{1,3}$/, ''));

const rules = {
  file(file, find) {
    const wrong = wrongInt(file.size);
    if (wrong) return wrong;
    const identified = Object.keys(file.hashes ?? {}).length > 0 || file.name || find(file.id);
    return wrongHashes(file, identified, 'StixFile creation (hashes - name)');
  },
  artifact: (artifact) => wrongHashes(artifact, true, 'Artifact creation (hashes - url)'),
  'autonomous-system': (system) => wrongInt(system.number),
  'ipv4-addr': wellFormed((value) => ipv4_form.test(value)),
  'ipv6-addr': wellFormed(isIPv6Text),
  'domain-name': wellFormed((value) => domain_form.test(value)),
  indicator: wrongIndicator,
  identity: ({ name }) => tooShort('name', name),
  note: ({ content }) => tooShort('content', content),
  relationship,
};

function wrongHashes({ hashes }, identified, creation) {
  const unknown = Object.keys(hashes ?? {}).find((name) => !hash_algorithms.has(name));
  if (unknown !== undefined || !identified) return error('FUNCTIONAL_ERROR', `Missing required elements for ${creation}`);
  const short = Object.values(hashes ?? {}).some((hash) => typeof hash !== 'string' || hash.length < 5);
  return short ? error('VALIDATION_ERROR', 'Must be at least 5 characters') : null;
}

function relationship({ relationship_type: type, source_ref: from, target_ref: to, start_time: start, stop_time: stop }, find) {
  const source = find(from);
  const target = find(to);
  if (!source || !target) return error('MISSING_REFERENCE_ERROR', 'Element(s) not found');
  if (source === target) return error('UNSUPPORTED_ERROR', 'You cant create a relation with the same source and target');
  const broken = [start, stop].find((date) => date !== undefined && date !== null && !isDate(date));
  if (broken !== undefined) return badInput(`DateTime cannot represent an invalid date-time-string ${broken}.`);
  if (start && stop && Date.parse(stop) < Date.parse(start)) {
    return error('DATABASE_ERROR', 'You cant create a relation with a stop_time less than the start_time');
  }
  if (!isRelationshipType(type)) {
    return error('FUNCTIONAL_ERROR', 'Only stix-core-relationship can be created through this method.');
  }
  if (mayRelate(source.entity_type, type, target.entity_type)) return null;
  const ends = `${source.entity_type} and ${target.entity_type}`;
  return error('FUNCTIONAL_ERROR', `The relationship type ${type} is not allowed between ${ends}`);
}
