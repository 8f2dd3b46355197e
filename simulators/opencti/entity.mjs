// One entity on the platform, and its STIX form. upsert.mjs has the rules by which sent objects change it.
import { aliasesOf } from './ids.mjs';
import { strictestMarkings } from './markings.mjs';
import {
  elsewhere, entityType, extension, isObservable, newInternalId, observable_extension, opencti_extension, readFields, trimmed, withoutEmpty,
} from './stix.mjs';
import { administrator } from './users.mjs';

const managed_extension_keys = new Set(['extension_type', 'id', 'type', 'created_at', 'updated_at', 'stix_ids', 'granted_refs', 'creator_ids']);
const full_confidence = 100;
const dates = ['start_time', 'stop_time', 'valid_from', 'valid_until', 'created', 'modified'];

export class Entity {
  // Stores an object unchanged, with its own id.
  constructor(object, typeName) {
    const own = extension(object, opencti_extension);
    const moment = new Date().toISOString();
    const fields = readFields(object);
    this.internal_id = own.id ?? newInternalId();
    this.entity_type = typeName ?? own.type ?? entityType(object);
    this.created_at = own.created_at ?? moment;
    this.updated_at = own.updated_at ?? moment;
    this.type = object.type;
    this.standard_id = object.id;
    this.stix_ids = own.stix_ids ?? object.x_opencti_stix_ids ?? [];
    this.extension = Object.fromEntries(Object.entries(own).filter(([key]) => !managed_extension_keys.has(key)));
    this.content = contentOf(object);
    this.score = fields.score ?? undefined;
    this.description = fields.description?.trim() || undefined;
    this.author = fields.author;
    this.labels = spelledLabels(fields.labels);
    this.references = findable(fields.references);
    this.markings = strictestMarkings(fields.markings ?? []);
    this.additional_names = trimmed(fields.additional_names ?? []);
    this.granted_refs = fields.granted_refs ?? [];
    this.creator_ids = own.creator_ids ?? [administrator];
    this.confidence = object.confidence ?? full_confidence;
    // This id may be made up by a test; it stays valid.
    this.given_id = object.id;
    // For an indicator: the state of its decay. For a relationship: the entities at its ends.
    this.decay = null;
    this.ends = null;
    this.merged_into = null;
  }

  // A copy, for changes in a draft. Values are replaced and never changed in place, except `content`.
  copy() {
    return Object.assign(new Entity({ type: this.type, id: this.standard_id }, this.entity_type), this, { content: { ...this.content } });
  }

  // All ids by which the entity is found, in addition to those that follow from its content.
  get ids() {
    return new Set([this.standard_id, this.internal_id, ...this.stix_ids, this.given_id]);
  }

  // Observables have a confidence, which cannot be read and does not change.
  get showsConfidence() {
    return !isObservable(this);
  }

  // Takes over everything from another entity that turned out to be the same; its own values stay.
  absorb(other) {
    other.merged_into = this;
    this.stix_ids = union(this.stix_ids, [other.standard_id, ...other.stix_ids]).filter((id) => id !== this.standard_id);
    this.labels = union(this.labels, other.labels);
    this.markings = strictestMarkings([...this.markings, ...other.markings]);
    this.granted_refs = union(this.granted_refs, other.granted_refs);
    this.creator_ids = union(this.creator_ids, other.creator_ids);
    this.references = united(this.references, other.references);
    const names = [...other.additional_names, ...(other.content.name ? [other.content.name] : [])];
    if (this.type === 'file' || this.type === 'artifact') this.additional_names = union(this.additional_names, names);
    else if (other.content.name) this.content.x_opencti_aliases = union(aliasesOf(this.content), [...aliasesOf(other.content), other.content.name]);
    const hashes = { ...other.content.hashes, ...this.content.hashes };
    this.content = { ...other.content, ...this.content, ...withoutEmpty({ hashes }) };
    for (const key of ['score', 'description', 'author']) this[key] ??= other[key];
  }

  // The platform's own form, as in messages and in toStix.
  toStix() {
    const own = {
      extension_type: 'property-extension',
      ...this.extension,
      id: this.internal_id,
      type: this.entity_type,
      created_at: this.created_at,
      updated_at: this.updated_at,
      stix_ids: this.stix_ids,
      creator_ids: this.creator_ids,
      granted_refs: this.granted_refs,
    };
    const shared = {
      labels: this.labels,
      description: this.description,
      score: this.score,
      created_by_ref: this.author,
      external_references: this.references,
    };
    return withoutEmpty({
      id: this.standard_id,
      spec_version: '2.1',
      type: this.type,
      extensions: { [opencti_extension]: withoutEmpty({ is_inferred: false, ...own }), ...this.#observableExtension(shared) },
      object_marking_refs: this.markings,
      ...this.#atRoot(shared),
      ...Object.fromEntries(Object.entries(this.content).map(([key, value]) => [key, refs.test(key) ? value.map(presentId) : value])),
      ...(this.ends && { source_ref: this.ends[0].standard_id, target_ref: this.ends[1].standard_id }),
    });
  }

  #observableExtension(shared) {
    if (!isObservable(this)) return {};
    const content = this.type === 'hostname'
      ? { extension_type: 'new-sco' }
      : { extension_type: 'property-extension', ...shared, additional_names: this.additional_names };
    return { [observable_extension]: withoutEmpty(content) };
  }

  // Custom and domain objects have everything at the root. Of the standard observables, only Url also has its score there.
  #atRoot(shared) {
    if (this.showsConfidence) return { ...shared, confidence: this.confidence };
    if (this.type === 'hostname') return shared;
    return this.type === 'url' ? { score: this.score } : {};
  }
}

// Properties with lists of ids. During an import they hold the entities themselves, because these may get other ids, or be merged.
export const refs = /_refs$/;

export function present(entity) {
  let last = entity;
  while (last.merged_into) last = last.merged_into;
  return last;
}

const presentId = (ref) => (typeof ref === 'string' ? ref : present(ref).standard_id);

// The object's own properties in their stored form: trimmed as in JavaScript (database/engine.ts: prepareElementForIndexing), hashes in lower
// case, dates with milliseconds. A text of blanks is stored as an empty text.
export function contentOf(object) {
  const content = {};
  for (const [key, value] of Object.entries(withoutEmpty(object))) {
    if (elsewhere.has(key) || (key === 'size' && object.type === 'artifact')) continue;
    if (key === 'hashes') content.hashes = lowerCased(value);
    else if (dates.includes(key) && !Number.isNaN(Date.parse(value))) content[key] = new Date(value).toISOString();
    else content[key] = trimmed(value);
  }
  return content;
}

export const spelledLabels = (labels) => [...new Set((labels ?? []).map((label) => label.trim().toLowerCase()).filter((label) => label))];

// A reference without a URL and an id is ignored.
export const findable = (references) => (references ?? []).filter(({ url, external_id }) => url || external_id).map(trimmed);

// References are shared on the platform: a known one keeps its first name, and gets the last description.
export function united(known, added) {
  const references = known.map((reference) => ({ ...reference }));
  for (const reference of added) {
    const same = references.find((other) => referenceKey(other) === referenceKey(reference));
    if (!same) references.push({ ...reference });
    else if (reference.description) same.description = reference.description;
  }
  return references;
}

export const union = (known, added) => [...new Set([...known, ...added])];
export const referenceKey = ({ url, source_name, external_id }) => url ?? `${source_name} ${external_id}`;
const lowerCased = (hashes) => Object.fromEntries(
  Object.entries(hashes).map(([algorithm, hash]) => [algorithm, String(hash).trim().toLowerCase()]),
);
