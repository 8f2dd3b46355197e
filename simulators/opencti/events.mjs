// The platform's stream (opencti-graphql: database/stream): events for created, updated and merged entities, with the changes.
import { Recent } from '../lib/recent.mjs';

export class Events {
  #events;
  #next = 1;

  constructor({ keep = 20_000 } = {}) {
    this.#events = new Recent(keep);
  }

  created(entity, user) {
    this.#add('create', entity, user, {});
  }

  // `patch` must not be empty.
  updated(entity, user, patch) {
    this.#add('update', entity, user, { patch });
  }

  merged(entity, user, patch, sources) {
    this.#add('merge', entity, user, { patch, sources: sources.map(({ standard_id: id }) => id) });
  }

  // The events after the one with this id, oldest first.
  since(id = 0, count = Infinity) {
    return this.#events.newest().filter((event) => event.id > id).slice(-count);
  }

  get last() {
    return this.#next - 1;
  }

  #add(type, entity, user, context) {
    this.#events.add({
      id: this.#next,
      time: new Date().toISOString(),
      type,
      entity_id: entity.standard_id,
      internal_id: entity.internal_id,
      entity_type: entity.entity_type,
      user_id: user.id,
      ...context,
    });
    this.#next += 1;
  }
}
