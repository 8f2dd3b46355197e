// STIX as the platform writes and reads it: type names, extensions, markings, and fields that can be in several places.
import { randomUUID } from 'node:crypto';

export const opencti_extension = 'extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba';
export const observable_extension = 'extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82';

const observables = {
  artifact: 'Artifact',
  'autonomous-system': 'Autonomous-System',
  'domain-name': 'Domain-Name',
  file: 'StixFile',
  hostname: 'Hostname',
  'ipv4-addr': 'IPv4-Addr',
  'ipv6-addr': 'IPv6-Addr',
  url: 'Url',
};
const domain_objects = {
  indicator: 'Indicator',
  malware: 'Malware',
  note: 'Note',
  report: 'Report',
  'threat-actor': 'Threat-Actor-Group',
  infrastructure: 'Infrastructure',
};
const identities = { class: 'Sector', individual: 'Individual', system: 'System' };

export const isObservable = (object) => Object.hasOwn(observables, object.type);

// The platform's name of an object's type, or null if it does not know the type.
export function entityType(object) {
  const { type } = object;
  if (type === 'identity') return identities[object.identity_class] ?? 'Organization';
  if (type === 'location') return object.x_opencti_location_type ?? extension(object, opencti_extension).type ?? 'Country';
  if (type === 'relationship') return 'stix-core-relationship';
  if (type === 'marking-definition') return 'Marking-Definition';
  return observables[type] ?? domain_objects[type] ?? null;
}

export const extension = (object, id) => object.extensions?.[id] ?? {};

// The fields that OpenCTI reads from several places, with the platform's precedence. undefined means not sent.
export function readFields(object) {
  const own = extension(object, opencti_extension);
  const sco = extension(object, observable_extension);
  const extended = (key) => own[key] ?? sco[key] ?? object[key];
  const first = (...keys) => keys.find((value) => value !== undefined);
  const hostname = object.type === 'hostname';
  const inExtension = (key) => (hostname ? object[key] : extended(key));
  return {
    score: first(object.x_opencti_score, inExtension('score')),
    description: first(object.x_opencti_description, inExtension('description')),
    labels: first(object.labels, inExtension('labels'), object.x_opencti_labels),
    author: first(object.created_by_ref, object.x_opencti_created_by_ref, inExtension('created_by_ref')),
    references: first(object.external_references, inExtension('external_references'), object.x_opencti_external_references),
    additional_names: first(object.x_opencti_additional_names, extended('additional_names')),
    granted_refs: first(object.x_opencti_granted_refs, own.granted_refs),
    markings: object.object_marking_refs,
  };
}

// Keys that are not part of the object's own content.
export const elsewhere = new Set([
  'id', 'type', 'spec_version', 'extensions', 'object_marking_refs', 'labels', 'description', 'score', 'created_by_ref',
  'external_references', 'additional_names', 'nb_deps', 'x_opencti_score', 'x_opencti_description', 'x_opencti_labels',
  'x_opencti_created_by_ref', 'x_opencti_external_references', 'x_opencti_additional_names', 'x_opencti_granted_refs',
  'x_opencti_id', 'x_opencti_type', 'x_opencti_stix_ids', 'confidence', 'source_ref', 'target_ref',
]);

const date_form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
export const isDate = (value) => typeof value === 'string' && date_form.test(value) && !Number.isNaN(Date.parse(value));

// The object with its identifying values in the platform's spelling: domains and hashes in lower case.
export function asSpelled(object) {
  if (object.type === 'domain-name') return { ...object, value: object.value?.toLowerCase() };
  if (object.hashes === undefined || object.hashes === null) return object;
  const hashes = Object.entries(object.hashes).map(([algorithm, hash]) => [algorithm, typeof hash === 'string' ? hash.toLowerCase() : hash]);
  return { ...object, hashes: Object.fromEntries(hashes) };
}

// The value with all its texts trimmed.
export function trimmed(value) {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.map(trimmed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, trimmed(inner)]));
}

export const newInternalId = () => randomUUID();

// The object without the keys whose value is empty: null, "", [], {}.
export function withoutEmpty(object) {
  const says = (value) => value !== undefined && value !== null && value !== ''
    && !(typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(object).filter(([, value]) => says(value)));
}
