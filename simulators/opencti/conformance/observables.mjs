// The observables that the connector enriches.
import { standardId } from '../ids.mjs';
import { markingsUpTo } from '../markings.mjs';

const hash_names = { 32: 'MD5', 40: 'SHA-1', 64: 'SHA-256', 128: 'SHA-512' };

// Each type with an example value, for requests that are out of scope.
export const observable_types = {
  Hostname: 'conformance.example',
  Url: 'https://conformance.example/',
  'Domain-Name': 'conformance.example',
  'IPv6-Addr': '2001:db8::1',
  'IPv4-Addr': '192.0.2.1',
  'Autonomous-System': '64496',
  StixFile: '0badc0de0badc0de0badc0de0badc0de0badc0de0badc0de0badc0de0badc0de',
};

// The observable as a STIX object, with the platform's id. `tlp` is a level such as "TLP:RED".
export function observable(type, value, { tlp } = {}) {
  const object = { type: type === 'StixFile' ? 'file' : type.toLowerCase(), spec_version: '2.1', ...identity(type, value) };
  if (tlp) object.object_marking_refs = [markingsUpTo(tlp).at(-1)];
  return { ...object, id: standardId(object) };
}

function identity(type, value) {
  if (type === 'Autonomous-System') return { number: Number(value) };
  if (type !== 'StixFile') return { value };
  const name = hash_names[value.length];
  return name ? { hashes: { [name]: value } } : { name: value };
}
