// One entity of the platform's knowledge: how a STIX object is read into it, merged with it and shown of it.
import { aliasesOf, isNamed, standardId } from './ids.mjs';
import { strictestMarkings } from './markings.mjs';
import {
  elsewhere, entityType, extension, isObservable, newInternalId, observable_extension, opencti_extension, readFields, withoutEmpty,
} from './stix.mjs';
import { administrator } from './users.mjs';

const managed_extension_keys = new Set(['extension_type', 'id', 'type', 'created_at', 'updated_at', 'stix_ids', 'granted_refs', 'creator_ids']);

export class Entity {
  constructor(object, typeName) {
    const own = extension(object, opencti_extension);
    const moment = new Date().toISOString();
    this.internal_id = own.id ?? newInternalId();
    this.entity_type = typeName ?? own.type ?? entityType(object);
    this.created_at = own.created_at ?? moment;
    this.updated_at = own.updated_at ?? moment;
    this.type = object.type;
    this.standard_id = object.id;
    this.ids = new Set([object.id, this.internal_id, ...(own.stix_ids ?? object.x_opencti_stix_ids ?? [])]);
    this.extension = Object.fromEntries(Object.entries(own).filter(([key]) => !managed_extension_keys.has(key)));
    this.content = {};
    this.labels = [];
    this.references = [];
    this.markings = [];
    this.additional_names = [];
    this.granted_refs = [];
    this.creator_ids = own.creator_ids ?? [administrator];
    this.#take(object);
  }

  // Takes over what a sent object says. Nothing is erased by what it does not say.
  upsert(object) {
    const before = this.content;
    this.ids.add(object.id);
    this.content = { ...before };
    this.#take(object);
    this.content = withoutEmpty({ ...this.content, ...this.#reconciled(before, this.content) });
    this.updated_at = new Date().toISOString();
    this.standard_id = standardId({ ...this.content, type: this.type, id: this.standard_id });
    this.ids.add(this.standard_id);
  }

  // What is not just replaced by what was sent last: names that were had before, and dates.
  #reconciled(before, now) {
    if (isNamed(this)) return { x_opencti_aliases: otherNames(before.name, now) };
    if (this.type === 'note') return { created: oldest(before.created ?? now.created, now.created) };
    if (this.type !== 'relationship') return {};
    return { start_time: oldest(before.start_time, now.start_time), stop_time: newest(before.stop_time, now.stop_time) };
  }

  // Takes over everything of an entity that turned out to be the same thing.
  absorb(other) {
    for (const id of other.ids) this.ids.add(id);
    this.#unite(other);
    const hashes = { ...other.content.hashes, ...this.content.hashes };
    if (other.content.name && other.content.name !== this.content.name) {
      this.additional_names = union(this.additional_names, [other.content.name]);
    }
    this.content = { ...other.content, ...this.content, ...withoutEmpty({ hashes }) };
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
      stix_ids: [...this.ids].filter((id) => id !== this.standard_id && id !== this.internal_id),
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
      ...this.content,
    });
  }

  #observableExtension(shared) {
    if (!isObservable(this)) return {};
    const content = this.type === 'hostname'
      ? { extension_type: 'new-sco' }
      : { extension_type: 'property-extension', ...shared, additional_names: this.additional_names };
    return { [observable_extension]: withoutEmpty(content) };
  }

  // Custom and domain objects keep everything at the root; of the standard observables only Url repeats its score there.
  #atRoot(shared) {
    if (!isObservable(this) || this.type === 'hostname') return shared;
    return this.type === 'url' ? { score: this.score } : {};
  }

  #take(object) {
    const fields = readFields(object);
    if (this.content.name && object.name && object.name !== this.content.name && this.type === 'file') {
      this.additional_names = union(this.additional_names, [this.content.name]);
    }
    if (fields.score !== undefined && fields.score !== null) this.score = fields.score;
    if (fields.description) this.description = fields.description;
    this.author ??= fields.author;
    this.#unite({
      labels: (fields.labels ?? []).map((label) => label.trim().toLowerCase()).filter((label) => label),
      references: (fields.references ?? []).filter(({ url, external_id }) => url || external_id),
      markings: fields.markings ?? [],
      additional_names: fields.additional_names ?? [],
      granted_refs: fields.granted_refs ?? [],
    });
    this.#takeContent(object);
  }

  #takeContent(object) {
    for (const [key, value] of Object.entries(withoutEmpty(object))) {
      if (elsewhere.has(key)) continue;
      if (key === 'hashes') this.content.hashes = { ...this.content.hashes, ...lowerCased(value) };
      else if (key.endsWith('_refs') || key === 'aliases' || key === 'x_opencti_aliases') {
        this.content[key] = union(this.content[key] ?? [], value);
      } else this.content[key] = value;
    }
  }

  #unite({ labels, references, markings, additional_names: names, granted_refs: granted }) {
    this.labels = union(this.labels, labels);
    this.markings = strictestMarkings([...this.markings, ...markings]);
    this.additional_names = union(this.additional_names, names);
    this.granted_refs = union(this.granted_refs, granted);
    for (const reference of references) {
      const same = this.references.find((known) => referenceKey(known) === referenceKey(reference));
      if (!same) this.references.push({ ...reference });
      else if (reference.description) same.description = reference.description;
    }
  }
}

// The aliases of what is called `now.name` and was called `before`.
function otherNames(before, now) {
  const compared = (name) => name.trim().toLowerCase();
  const names = before === undefined ? aliasesOf(now) : union(aliasesOf(now), [before]);
  return names.filter((name) => compared(name) !== compared(now.name));
}

// A date that is not known stays so: it means "always".
const oldest = (known, sent) => (known && Date.parse(sent) < Date.parse(known) ? sent : known);
const newest = (known, sent) => (known && Date.parse(sent) > Date.parse(known) ? sent : known);

const union = (known, added) => [...new Set([...known, ...added])];
const referenceKey = ({ url, source_name, external_id }) => url ?? `${source_name} ${external_id}`;
const lowerCased = (hashes) => Object.fromEntries(
  Object.entries(hashes).map(([algorithm, hash]) => [algorithm, String(hash).toLowerCase()]),
);
