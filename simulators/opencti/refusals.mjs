// What the platform refuses to store, with the names and texts of its errors.
import { entityType, isObservable, readFields } from './stix.mjs';

const largest_int = 2_147_483_647;
const hash_algorithms = new Set([
  'MD5', 'SHA-1', 'SHA-256', 'SHA-512', 'SHA3-256', 'SHA3-512', 'SSDEEP', 'SDHASH', 'TLSH', 'LZJD',
]);

// → null, or { name, message }. `find` gets the stored entity with an id.
export function refusal(object, find) {
  if (entityType(object) === null) return error('Incompatible element in bundle', 'Incompatible element in bundle');
  return wrongLabels(object) ?? wrongScore(object) ?? (rules[object.type]?.(object, find) ?? null);
}

const error = (name, message) => ({ name, message });
const badInput = (message) => error('BAD_USER_INPUT', `Variable "$input" got invalid value; ${message}`);

const wrongLabels = (object) => (object.labels === null ? error('TypeError', "'NoneType' object is not iterable") : null);

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
  text?.trim().length >= 2 ? null : error('BAD_USER_INPUT', `${field} must be at least 2 characters in length`)
);
const ipv4_form = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$|\/)|(?=\/|$))){4}(?:\/\d{1,2})?$/;
const domain_form = /^[^\s.]+(?:\.[^\s.]+)+$/;

const rules = {
  file(file, find) {
    const wrong = wrongInt(file.size);
    if (wrong) return wrong;
    const unknown = Object.keys(file.hashes ?? {}).find((name) => !hash_algorithms.has(name));
    const identified = Object.keys(file.hashes ?? {}).length > 0 || file.name;
    if (unknown !== undefined || (!identified && !find(file.id))) {
      return error('FUNCTIONAL_ERROR', 'Missing required elements for StixFile creation (hashes - name)');
    }
    const short = Object.values(file.hashes ?? {}).some((hash) => typeof hash !== 'string' || hash.length < 5);
    return short ? error('VALIDATION_ERROR', 'Must be at least 5 characters') : null;
  },
  'autonomous-system': (system) => wrongInt(system.number),
  'ipv4-addr': ({ value }) => (ipv4_form.test(value) ? null : wrongFormat()),
  'domain-name': ({ value }) => (domain_form.test(value) ? null : wrongFormat()),
  identity: ({ name }) => tooShort('name', name),
  note: ({ content }) => tooShort('content', content),
  relationship,
};

function relationship({ relationship_type: type, source_ref: from, target_ref: to, start_time: start, stop_time: stop }, find) {
  const source = find(from);
  const target = find(to);
  if (!source || !target) return error('MISSING_REFERENCE_ERROR', 'Element(s) not found');
  if (source === target) return error('UNSUPPORTED_ERROR', 'You cant create a relation with the same source and target');
  if (start && stop && Date.parse(stop) < Date.parse(start)) {
    return error('DATABASE_ERROR', 'You cant create a relation with a stop_time less than the start_time');
  }
  if (mayRelate(source.entity_type, type, target.entity_type)) return null;
  const ends = `${source.entity_type} and ${target.entity_type}`;
  return error('FUNCTIONAL_ERROR', `The relationship type ${type} is not allowed between ${ends}`);
}

const addresses = ['IPv4-Addr', 'IPv6-Addr'];
const of_an_address = {
  'located-at': ['Country', 'Region', 'City'],
  'belongs-to': ['Autonomous-System', 'Organization'],
};

// For each source the types besides related-to, and their targets. Sources that are not here are not judged.
const relations = {
  StixFile: {
    drops: ['StixFile'],
    downloads: ['StixFile'],
    'derived-from': ['StixFile'],
    'communicates-with': [...addresses, 'Domain-Name'],
  },
  'IPv4-Addr': { ...of_an_address, 'derived-from': ['IPv4-Addr'] },
  'IPv6-Addr': { ...of_an_address, 'derived-from': ['IPv6-Addr'] },
  'Domain-Name': {
    'resolves-to': [...addresses, 'Domain-Name', 'Hostname'],
    'derived-from': ['Domain-Name', 'Hostname'],
    'belongs-to': ['Organization'],
  },
  Hostname: {
    'resolves-to': [...addresses, 'Domain-Name'],
    'communicates-with': [...addresses, 'Domain-Name'],
    drops: ['StixFile', 'Artifact'],
    'derived-from': ['Hostname'],
  },
  Url: { 'derived-from': ['Url'] },
};

function mayRelate(source, type, target) {
  const known = relations[source];
  return type === 'related-to' || known === undefined || (known[type] ?? []).includes(target);
}
