// The platform's knowledge: entities found by any of their ids, live and in drafts.
import { randomUUID } from 'node:crypto';
import { forgetOldest } from '../lib/recent.mjs';
import { Entity } from './entity.mjs';
import { aliasesOf, isNamed, namedId, naturalKeys } from './ids.mjs';
import { refusal } from './refusals.mjs';
import { asSpelled, opencti_extension, extension, entityType, readFields } from './stix.mjs';
import { may, maySee } from './users.mjs';

const relationship_window_ms = 30 * 24 * 3600 * 1000;
// What a stored relationship without dates is taken to last.
const always = { start: '1970-01-01T00:00:00.000Z', stop: '5138-11-16T09:46:40.000Z' };

export class Store {
  #live = new Shelf();
  #drafts = new Map();
  #labels = new Set();
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
    shelf.add(entity, this.#keys(object, draftId));
    for (const label of entity.labels) this.#labels.add(label);
    return entity;
  }

  find(id, draftId = null) {
    return (draftId && this.#shelf(draftId).get(id)) || this.#live.get(id);
  }

  // All that can be found in a draft, or live.
  all(draftId = null) {
    if (!draftId) return this.#live.entities();
    const shelf = this.#shelf(draftId);
    const hidden = (entity) => shelf.get(entity.internal_id) !== undefined || shelf.get(entity.standard_id) !== undefined;
    return [...shelf.entities(), ...[...this.#live.entities()].filter((entity) => !hidden(entity))];
  }

  count() {
    return this.#live.size;
  }

  // Whether something that a sent object refers to is not there for the user.
  lacks(object, { draftId = null, user }) {
    const ids = Object.entries(object).filter(([key]) => /_refs?$/.test(key) && key !== 'object_marking_refs').flatMap(([, value]) => value);
    return ids.some((id) => {
      const entity = typeof id === 'string' ? this.find(id, draftId) : undefined;
      return !entity || !maySee(user, entity);
    });
  }

  // Imports one sent object in the name of a user; `onCreated` is told of an entity that was not there.
  // → null, or why it is refused: { name, message }
  import(object, { draftId = null, user, onCreated = () => {} }) {
    const visible = (id) => {
      const entity = this.find(id, draftId);
      return entity && maySee(user, entity) ? entity : undefined;
    };
    const problem = refusal(object, visible, user);
    if (problem) return problem;
    if (object.type === 'marking-definition') return null;
    if (extension(object, opencti_extension).is_inferred === true) return null;
    if (object.type === 'location' && !object.name) return null;
    const sent = this.#withLabelsOf(withPresentReferences(asSpelled(object), visible), user);
    const same = this.#same(sent, draftId).filter((entity, _, all) => maySee(user, entity) || !all.some((other) => maySee(user, other)));
    if (same.length > 0 && !maySee(user, same[0])) return restricted(object);
    this.#upsert(sent, same, draftId, onCreated);
    return null;
  }

  #upsert(sent, same, draftId, onCreated) {
    const shelf = this.#shelf(draftId);
    const object = isNamed(sent) ? this.#withFreeAliases(sent, same[0], draftId) : sent;
    const keys = this.#keys(object, draftId);
    if (same.length === 0) {
      const entity = new Entity(object, entityType(object));
      entity.upsert(object);
      shelf.add(entity, keys);
      onCreated(entity);
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

  // The stored entities that a sent object is: by its id, and by what it says. Several files that turn out to be one are merged;
  // of countries, sectors and the like the first counts.
  #same(object, draftId) {
    const keys = [object.id, ...this.#keys(object, draftId)];
    const found = [...new Set(keys.map((key) => this.find(key, draftId)).filter((entity) => entity))];
    if (isNamed(object)) return found.slice(0, 1);
    if (object.type === 'relationship' && found[0] && !found[0].ids.has(object.id)) {
      return overlaps(found[0].content, object) ? [found[0]] : [];
    }
    return found;
  }

  #keys(object, draftId) {
    if (object.type !== 'relationship') return naturalKeys(object);
    const end = (id) => this.find(id, draftId)?.internal_id ?? id;
    return [`${end(object.source_ref)} ${object.relationship_type} ${end(object.target_ref)}`];
  }

  // Without the aliases that are names of another entity.
  #withFreeAliases(object, entity, draftId) {
    const free = aliasesOf(object).filter((alias) => [undefined, entity].includes(this.find(namedId(object, alias), draftId)));
    const { aliases, ...others } = object;
    return { ...others, x_opencti_aliases: free };
  }

  // Work in a draft is done on a copy.
  #within(entity, shelf) {
    if (shelf.get(entity.standard_id) === entity) return entity;
    const copy = new Entity(entity.toStix(), entity.entity_type);
    for (const id of entity.ids) copy.ids.add(id);
    return copy;
  }

  // A label that is new to the platform takes the right to create labels; without it, it is left out in silence.
  #withLabelsOf(object, user) {
    const fields = readFields(object);
    if (!Array.isArray(fields.labels)) return object;
    const spelled = (label) => label.trim().toLowerCase();
    const kept = may(user, 'SETTINGS_SETLABELS') ? fields.labels : fields.labels.filter((label) => this.#labels.has(spelled(label)));
    for (const label of kept) this.#labels.add(spelled(label));
    return kept.length === fields.labels.length ? object : { ...object, labels: kept };
  }

  #shelf(draftId) {
    return (draftId && this.#drafts.get(draftId)?.shelf) || this.#live;
  }
}

// Without the author and the contained objects that the platform does not have, or that the user may not see.
function withPresentReferences(object, visible) {
  const kept = { ...object };
  for (const key of ['created_by_ref', 'x_opencti_created_by_ref']) {
    if (kept[key] !== undefined && !visible(kept[key])) delete kept[key];
  }
  if (kept.object_refs) kept.object_refs = kept.object_refs.filter(visible);
  return kept;
}

const restricted = ({ type }) => ({
  name: 'UNSUPPORTED_ERROR', message: type === 'relationship' ? 'Restricted relation already exists' : 'Restricted entity already exists',
});

// Entities in the order of their last change, each under all its ids and keys.
class Shelf {
  #entities = new Map();
  #byKey = new Map();

  get size() {
    return this.#entities.size;
  }

  entities() {
    return this.#entities.keys();
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

// Whether two relationships between the same ends are one: start and stop each within 30 days, or not sent.
function overlaps(known, sent) {
  const near = (stored, date) => date === undefined || Math.abs(Date.parse(stored) - Date.parse(date)) <= relationship_window_ms;
  return near(known.start_time ?? always.start, sent.start_time) && near(known.stop_time ?? always.stop, sent.stop_time);
}
