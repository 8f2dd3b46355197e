// Entities in the order of their last change. Each is found by all its ids and keys, and relationships also by the entities at their ends.
import { forgetOldest } from '../lib/recent.mjs';

export class Shelf {
  #entities = new Map();
  #byKey = new Map();
  #byEnd = new Map();

  get size() {
    return this.#entities.size;
  }

  entities() {
    return this.#entities.keys();
  }

  get(key) {
    return this.#byKey.get(key);
  }

  // The relationships that have this entity at one end.
  relationshipsOf({ internal_id: id }) {
    return [...this.#byEnd.get(id) ?? []];
  }

  // Adds an entity, or updates the ids, keys and ends by which it is found.
  put(entity, keys) {
    this.remove(entity);
    const known = [...entity.ids, ...keys];
    const ends = (entity.ends ?? []).map(({ internal_id: id }) => id);
    this.#entities.set(entity, { known, ends });
    for (const key of known) this.#byKey.set(key, entity);
    for (const end of ends) this.#related(end).add(entity);
  }

  remove(entity) {
    const { known, ends } = this.#entities.get(entity) ?? { known: [], ends: [] };
    for (const key of known) if (this.#byKey.get(key) === entity) this.#byKey.delete(key);
    for (const end of ends) {
      this.#related(end).delete(entity);
      if (this.#related(end).size === 0) this.#byEnd.delete(end);
    }
    this.#entities.delete(entity);
  }

  forgetOldest(limit) {
    forgetOldest(this.#entities, limit, (entity) => this.remove(entity));
  }

  #related(id) {
    if (!this.#byEnd.has(id)) this.#byEnd.set(id, new Set());
    return this.#byEnd.get(id);
  }
}
