// The platform's entities, live and in drafts, found by any of their ids.
import { randomUUID } from 'node:crypto';
import { Entity } from './entity.mjs';
import { aliasesOf, hasHashes, hashIds, isNamed, namedId, naturalKeys, standardId } from './ids.mjs';
import { decayed } from './indicators.mjs';
import { refusal } from './rejections.mjs';
import { Shelf } from './shelf.mjs';
import { asSpelled, extension, opencti_extension, readFields } from './stix.mjs';
import { created, noted, upsert } from './upsert.mjs';
import { may, maySee } from './users.mjs';

const relationship_window_ms = 30 * 24 * 3600 * 1000;
// The time range of a stored relationship without dates.
const always = { start: '1970-01-01T00:00:00.000Z', stop: '5138-11-16T09:46:40.000Z' };
const decay_manager = { id: 'decay-manager' };
const nobody = { created: () => {}, updated: () => {}, merged: () => {} };

export class Store {
  #live = new Shelf();
  #drafts = new Map();
  #labels = new Set();
  #indicators = new Set();
  #keep;
  #events;
  #enterprise;

  // `events` receives the changes outside drafts. `enterprise`: known objects may be shared with other organisations.
  constructor({ keep = 100_000, events = nobody, enterprise = true } = {}) {
    this.#keep = keep;
    this.#events = events;
    this.#enterprise = enterprise;
  }

  // `about`: additional properties of the draft. → its id
  openDraft(id = randomUUID(), about = {}) {
    if (!this.#drafts.has(id)) this.#drafts.set(id, { about, shelf: new Shelf() });
    this.#drafts.get(id).open = true;
    return id;
  }

  drafts() {
    return [...this.#drafts].map(([id, { about, open, shelf }]) => ({ id, open, entities: shelf.size, ...about }));
  }

  closeDraft(id) {
    const draft = this.#drafts.get(id);
    if (draft) draft.open = false;
    return draft !== undefined;
  }

  // Why a draft cannot be used, or null.
  draftProblem(id) {
    if (!id) return null;
    const draft = this.#drafts.get(id);
    if (!draft) return 'Could not find draft workspace';
    return draft.open ? null : 'Can not execute request in a draft not in an open state';
  }

  // Stores an object unchanged, replacing one with the same id.
  put(object, { type, draftId = null } = {}) {
    const shelf = this.#shelf(draftId);
    const known = shelf.get(object.id);
    if (known) shelf.remove(known);
    const entity = new Entity(object, type);
    if (object.type === 'relationship') entity.ends = this.#endsOf(object, draftId);
    shelf.put(entity, naturalKeys(object));
    for (const label of entity.labels) this.#labels.add(label);
    return entity;
  }

  // Removes an entity, as if it had never existed.
  remove(entity, draftId = null) {
    this.#shelf(draftId).remove(entity);
  }

  find(id, draftId = null) {
    return (draftId && this.#shelf(draftId).get(id)) || this.#live.get(id);
  }

  // All entities that can be found in a draft, or live.
  all(draftId = null) {
    if (!draftId) return this.#live.entities();
    const shelf = this.#shelf(draftId);
    return [...shelf.entities(), ...[...this.#live.entities()].filter(({ internal_id: id }) => shelf.get(id) === undefined)];
  }

  count() {
    return this.#live.size;
  }

  // Whether a sent object refers to an object that the user cannot see.
  lacks(object, { draftId = null, user }) {
    const visible = this.#visibleTo(user, draftId);
    const ids = Object.entries(object).filter(([key]) => /_refs?$/.test(key) && key !== 'object_marking_refs').flatMap(([, value]) => value);
    return ids.some((id) => typeof id !== 'string' || !visible(id));
  }

  // Imports one sent object in the name of a user; calls `onCreated` or `onUpdated` with the entity. → null, or why the object is rejected
  import(object, { draftId = null, user, onCreated = () => {}, onUpdated = () => {} }) {
    const visible = this.#visibleTo(user, draftId);
    const problem = refusal(object, visible, user);
    if (problem) return problem;
    if (object.type === 'marking-definition') return null;
    if (extension(object, opencti_extension).is_inferred === true) return null;
    if (object.type === 'location' && !object.name) return null;
    const sent = this.#withLabelsOf(withPresentReferences(asSpelled(object), visible), user);
    const found = this.#same(sent, draftId);
    const seen = found.filter((entity) => maySee(user, entity));
    if (found.length > 0 && seen.length === 0) return restricted(object);
    if (seen.length === 0) this.#create(sent, { draftId, user, onCreated });
    else this.#change(sent, seen, { draftId, user, onUpdated });
    this.#shelf(draftId).forgetOldest(this.#keep);
    return null;
  }

  // Runs the decay manager, which on the platform runs each minute, for the indicators that are due. → how many changed
  decay(now = Date.now()) {
    let changed = 0;
    for (const entity of this.#indicators) {
      const step = this.#live.get(entity.internal_id) === entity ? decayed(entity, now) : null;
      if (!entity.decay || this.#live.get(entity.internal_id) !== entity) this.#indicators.delete(entity);
      if (!step) continue;
      const before = entity.toStix();
      Object.assign(entity, { score: step.score, decay: step.decay });
      entity.content.revoked = step.revoked;
      this.#events.updated(entity, decay_manager, noted(entity, before));
      changed += 1;
    }
    return changed;
  }

  #create(sent, { draftId, user, onCreated }) {
    const object = isNamed(sent) ? this.#withFreeAliases(sent, undefined, draftId) : sent;
    const entity = created(object, user, this.#standardId(object, draftId), (id) => this.#resolved(id, draftId));
    if (sent.type === 'relationship') entity.ends = this.#endsOf(sent, draftId);
    this.#shelf(draftId).put(entity, naturalKeys(object));
    if (draftId) return;
    if (entity.decay) this.#indicators.add(entity);
    this.#events.created(entity, user);
    onCreated(entity);
  }

  #change(sent, seen, { draftId, user, onUpdated }) {
    const shelf = this.#shelf(draftId);
    const [found, ...others] = this.#targets(sent, seen, user, draftId);
    const entity = shelf.get(found.internal_id) === found ? found : found.copy();
    if (others.length > 0) this.#merge(entity, others, user, draftId);
    const object = isNamed(sent) ? this.#withFreeAliases(sent, found, draftId) : sent;
    const patch = upsert(entity, object, user, { resolved: (id) => this.#resolved(id, draftId), enterprise: this.#enterprise });
    shelf.put(entity, naturalKeys({ ...entity.content, type: entity.type, id: entity.standard_id }));
    if (draftId || patch.length === 0) return;
    if (entity.decay) this.#indicators.add(entity);
    this.#events.updated(entity, user, patch);
    onUpdated(entity);
  }

  // Merges the other entities, and their relationships, into this one.
  #merge(entity, others, user, draftId) {
    const shelf = this.#shelf(draftId);
    const before = entity.toStix();
    for (const other of others) {
      entity.absorb(other);
      const related = shelf.relationshipsOf(other);
      shelf.remove(other);
      for (const relationship of related) {
        relationship.ends = relationship.ends.map((end) => (end === other ? entity : end));
        const same = (known) => sameEnds(known, relationship) && overlaps(known.content, relationship.content);
        const double = shelf.relationshipsOf(entity).find(same);
        if (double) double.stix_ids = [...double.stix_ids, relationship.standard_id, ...relationship.stix_ids];
        if (double) shelf.remove(relationship);
        shelf.put(double ?? relationship, []);
      }
    }
    if (!draftId) this.#events.merged(entity, user, noted(entity, before), others);
  }

  // The stored entities that a sent object may be, by any of its ids or by its content.
  #same(object, draftId) {
    const ids = [this.#standardId(object, draftId), object.id, ...(object.x_opencti_stix_ids ?? []), ...hashIds(object), ...naturalKeys(object)];
    const found = new Set(ids.map((id) => this.find(id, draftId)).filter((entity) => entity?.type === object.type));
    if (object.type !== 'relationship' || found.size > 0) return [...found];
    const ends = this.#endsOf(object, draftId);
    return this.#relationshipsOf(ends[0], draftId)
      .filter((known) => sameEnds(known, { ends, content: object }) && overlaps(known.content, object));
  }

  // The entity to change; if several match, the others are merged into it first (database/middleware.ts: internalCreateEntityRaw).
  #targets(sent, seen, user, draftId) {
    if (seen.length === 1 || sent.type === 'relationship') return seen.slice(0, 1);
    const standard = seen.find((entity) => entity === this.find(this.#standardId(sent, draftId), draftId));
    const given = seen.find(({ ids }) => ids.has(sent.id));
    const mayMerge = (entities) => entities.every(({ confidence }) => user.max_confidence >= confidence);
    if (hasHashes(sent)) {
      const target = standard ?? seen[0];
      return mayMerge(seen) ? [target, ...seen.filter((entity) => entity !== target)] : [target];
    }
    if (!standard) return [given ?? seen[0]];
    if (!given || given === standard || !mayMerge([given, standard])) return [standard];
    return given.confidence > standard.confidence ? [given, standard] : [standard, given];
  }

  #standardId(object, draftId) {
    return standardId(object, (id) => this.find(id, draftId)?.standard_id ?? id);
  }

  #endsOf({ source_ref: from, target_ref: to }, draftId) {
    return [from, to].map((id) => this.#resolved(id, draftId));
  }

  // An id without an entity is kept.
  #resolved(id, draftId) {
    return this.find(id, draftId) ?? { internal_id: id, standard_id: id };
  }

  #relationshipsOf(entity, draftId) {
    return [...new Set([...this.#shelf(draftId).relationshipsOf(entity), ...this.#live.relationshipsOf(entity)])];
  }

  #visibleTo(user, draftId) {
    return (id) => {
      const entity = this.find(id, draftId);
      return entity && maySee(user, entity) ? entity : undefined;
    };
  }

  // The object without aliases that are names of another entity.
  #withFreeAliases(object, entity, draftId) {
    const free = aliasesOf(object).filter((alias) => [undefined, entity].includes(this.find(namedId(object, alias), draftId)));
    const { aliases, ...others } = object;
    return { ...others, x_opencti_aliases: free };
  }

  // Creating a label needs a right; without it, a new label is left out without an error.
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

// The object without an author and contained objects that do not exist or that the user may not see.
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

// Whether two relationships have the same type and the same ends.
const sameEnds = (one, other) => one.content.relationship_type === other.content.relationship_type
  && one.ends.every(({ internal_id: id }, i) => id === other.ends[i].internal_id);

// Whether two relationships with the same ends are the same: start and stop are each within 30 days, or not sent.
function overlaps(known, sent) {
  const near = (stored, date) => date === undefined || Math.abs(Date.parse(stored) - Date.parse(date)) <= relationship_window_ms;
  return near(known.start_time ?? always.start, sent.start_time) && near(known.stop_time ?? always.stop, sent.stop_time);
}
