// The platform's knowledge: entities found by any of their ids, live and in drafts.
import { randomUUID } from 'node:crypto';
import { forgetOldest } from '../lib/recent.mjs';
import { Entity } from './entity.mjs';
import { refusal } from './refusals.mjs';
import { markingOf, opencti_extension, extension, entityType } from './stix.mjs';

const relationship_window_ms = 30 * 24 * 3600 * 1000;

export class Store {
  #live = new Shelf();
  #drafts = new Map();
  #keep;

  constructor({ keep = 100_000 } = {}) {
    this.#keep = keep;
  }

  openDraft(id = randomUUID()) {
    if (!this.#drafts.has(id)) this.#drafts.set(id, { open: true, shelf: new Shelf() });
    this.#drafts.get(id).open = true;
    return id;
  }

  closeDraft(id) {
    const draft = this.#drafts.get(id);
    if (draft) draft.open = false;
    return draft !== undefined;
  }

  // Why a draft cannot be worked in, or null.
  draftProblem(id) {
    if (!id) return null;
    const draft = this.#drafts.get(id);
    if (!draft) return 'Could not find draft workspace';
    return draft.open ? null : 'Can not execute request in a draft not in an open state';
  }

  // Puts an object in as it is, in place of one with the same id.
  put(object, { type, draftId = null } = {}) {
    const shelf = this.#shelf(draftId);
    const known = shelf.get(object.id);
    if (known) shelf.remove(known);
    const entity = new Entity(object, type);
    shelf.add(entity, naturalKeys(object));
    return entity;
  }

  find(id, draftId = null) {
    return (draftId && this.#shelf(draftId).get(id)) || this.#live.get(id);
  }

  count() {
    return this.#live.size;
  }

  // Imports one sent object. → null, or why it is refused: { name, message }
  import(object, draftId = null) {
    const problem = refusal(object, (id) => this.find(id, draftId));
    if (problem) return problem;
    if (object.type === 'marking-definition') return null;
    if (extension(object, opencti_extension).is_inferred === true) return null;
    this.#upsert(this.#withPresentReferences(object, draftId), draftId);
    return null;
  }

  #upsert(object, draftId) {
    const shelf = this.#shelf(draftId);
    const keys = naturalKeys(object);
    const same = this.#same(object, keys, draftId);
    if (same.length === 0) {
      const entity = new Entity(object, entityType(object));
      entity.upsert(object);
      shelf.add(entity, keys);
    } else {
      const [first, ...others] = same.map((entity) => this.#within(entity, shelf));
      for (const other of others) {
        first.absorb(other);
        shelf.remove(other);
      }
      first.upsert(object);
      shelf.add(first, keys);
    }
    shelf.forgetOldest(this.#keep);
  }

  // The stored entities that a sent object is: by its id, and by what it says.
  #same(object, keys, draftId) {
    const found = [object.id, ...keys].map((key) => this.find(key, draftId)).filter((entity) => entity);
    if (object.type === 'relationship' && found[0] && !found[0].ids.has(object.id)) {
      return overlaps(found[0].content, object) ? [found[0]] : [];
    }
    return [...new Set(found)];
  }

  // Work in a draft is done on a copy.
  #within(entity, shelf) {
    if (shelf.get(entity.standard_id) === entity) return entity;
    const copy = new Entity(entity.toStix(), entity.entity_type);
    for (const id of entity.ids) copy.ids.add(id);
    return copy;
  }

  // Without the author and the contained objects that the platform does not have.
  #withPresentReferences(object, draftId) {
    const present = (id) => this.find(id, draftId) !== undefined;
    const kept = { ...object };
    for (const key of ['created_by_ref', 'x_opencti_created_by_ref']) {
      if (kept[key] !== undefined && !present(kept[key])) delete kept[key];
    }
    if (kept.object_refs) kept.object_refs = kept.object_refs.filter(present);
    return kept;
  }

  #shelf(draftId) {
    return (draftId && this.#drafts.get(draftId)?.shelf) || this.#live;
  }
}

// Entities in the order of their last change, each under all its ids and keys.
class Shelf {
  #entities = new Map();
  #byKey = new Map();

  get size() {
    return this.#entities.size;
  }

  get(key) {
    return this.#byKey.get(key);
  }

  add(entity, keys) {
    const known = new Set([...(this.#entities.get(entity) ?? []), ...entity.ids, ...keys]);
    this.#entities.delete(entity);
    this.#entities.set(entity, known);
    for (const key of known) this.#byKey.set(key, entity);
  }

  remove(entity) {
    for (const key of this.#entities.get(entity) ?? []) if (this.#byKey.get(key) === entity) this.#byKey.delete(key);
    this.#entities.delete(entity);
  }

  forgetOldest(limit) {
    forgetOldest(this.#entities, limit, (entity) => this.remove(entity));
  }
}

// Under what, besides its id, the platform finds an object again.
function naturalKeys(object) {
  const { type } = object;
  if (type === 'file') return Object.entries(object.hashes ?? {}).map(([name, hash]) => `${name} ${String(hash).toLowerCase()}`);
  if (type === 'relationship') return [`${object.source_ref} ${object.relationship_type} ${object.target_ref}`];
  if (type === 'note') return [`note ${object.content} ${object.created}`];
  if (type === 'identity' || type === 'location') {
    const names = [object.name, ...(object.x_opencti_aliases ?? []), ...(object.aliases ?? [])];
    return names.map((name) => `${entityType(object)} ${String(name).trim().toLowerCase()}`);
  }
  if (type === 'autonomous-system') return [`${type} ${object.number}`];
  return object.value === undefined ? [] : [`${type} ${object.value}`];
}

// Whether two relationships between the same ends are one: start and stop each within 30 days, or not given.
function overlaps(known, sent) {
  const near = (a, b) => a === undefined || b === undefined
    || Math.abs(Date.parse(a) - Date.parse(b)) <= relationship_window_ms;
  return near(known.start_time, sent.start_time) && near(known.stop_time, sent.stop_time);
}

// What GraphQL shows of an entity.
export function asCoreObject(entity) {
  return {
    __typename: entity.entity_type.replaceAll('-', ''),
    id: entity.internal_id,
    standard_id: entity.standard_id,
    entity_type: entity.entity_type,
    created_at: entity.created_at,
    updated_at: entity.updated_at,
    objectMarking: entity.markings.map(markingOf),
    toStix: () => JSON.stringify(entity.toStix()),
  };
}
