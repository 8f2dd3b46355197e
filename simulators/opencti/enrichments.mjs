// Requests enrichments from connectors: creates a work, and puts a message on the connector's queue.
import { Rejection } from '../lib/router.mjs';
import { enrichmentMessage } from './messages.mjs';
import { maySee } from './users.mjs';

// The message with `cut` characters cut off its end.
export const withoutEnd = (text, cut) => text.slice(0, text.length - cut);

export class Enrichments {
  #broker;
  #connectors;
  #works;
  #callbacks;
  #users;

  // With `users`, automatic connectors get requests only about objects that their user may see.
  constructor({ broker, connectors, works, callbacks, users = null }) {
    this.#broker = broker;
    this.#connectors = connectors;
    this.#works = works;
    this.#callbacks = callbacks;
    this.#users = users;
  }

  // `timestamp` is the work's time, for works that collide; `event` has additional fields of the message's event; `cut` is how much of the
  // message's end is cut off. → the id of the work
  async ask(connector, entity, { mode, trigger, draftId = null, asker, timestamp, event = {}, cut = 0 }) {
    const suffix = draftId ? ` in draft ${draftId}` : '';
    const name = mode === 'manual' ? 'Manual enrichment' : `Enrichment (${entity.standard_id})`;
    const work = this.#works.create({
      connectorId: connector.id, name: name + suffix, user: asker, sourceId: entity.standard_id, draftId, timestamp,
    });
    const message = enrichmentMessage({ work, entity, mode, trigger, draftId });
    Object.assign(message.event, event);
    await this.publish(connector, withoutEnd(JSON.stringify(message), cut));
    return work.id;
  }

  async publish({ config }, body) {
    if (!this.#broker.configured && config.listen_callback_uri) {
      this.#callbacks.put(config.listen, body);
      return;
    }
    try {
      await this.#broker.publish(config.listen_exchange, config.listen_routing, body);
    } catch (error) {
      throw new Rejection(503, error.message);
    }
  }

  // As the platform does for each new observable, and for each that changed (domain/enrichment.js): the connectors that want it get a
  // request, in the name of the user who sent the observable.
  created(entity, asker) {
    return this.#askAll(entity, asker, 'create', ({ auto }) => auto);
  }

  updated(entity, asker) {
    return this.#askAll(entity, asker, 'update', ({ auto_update: again }) => again);
  }

  async #askAll(entity, asker, trigger, automatic) {
    const wanted = entity.entity_type.toLowerCase();
    const asked = this.#connectors.all().filter((connector) => (
      automatic(connector) && connector.connector_scope.some((type) => type.toLowerCase() === wanted) && this.#sees(connector, entity)
    ));
    await Promise.all(asked.map((connector) => this.ask(connector, entity, { mode: 'auto', trigger, asker })));
  }
  #sees({ connector_user_id: id }, entity) {
    const user = this.#users?.get(id);
    return user === undefined || maySee(user, entity);
  }
}
