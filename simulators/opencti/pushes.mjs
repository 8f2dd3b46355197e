// Bundles that are sent over the API instead of the broker (opencti-graphql: domain/stix.js).
import { inDependencyOrder, uniqueById } from './bundles.mjs';
import { platformError } from './errors.mjs';

export class Pushes {
  #broker;
  #connectors;
  #worker;
  #works;
  #splits;

  // `splits`: a bundle with a work is split here, and its objects are added to the expected number, as on newer platforms.
  constructor({ broker, connectors, worker, works, splits = false }) {
    this.#broker = broker;
    this.#connectors = connectors;
    this.#worker = worker;
    this.#works = works;
    this.#splits = splits;
  }

  // The message does not name the draft of the request.
  async push({ connectorId, bundle, work_id: workId = null }, { user }) {
    const connector = this.#connectors.get(connectorId);
    if (!connector) throw platformError('UNSUPPORTED_ERROR', 'Invalid bundle', { cause: 'Invalid connector' });
    const { type, objects } = JSON.parse(bundle);
    if (type !== 'bundle' || !objects?.length) throw platformError('UNSUPPORTED_ERROR', 'Invalid bundle');
    const target = workId || this.#newWork(connector, user, objects);
    for (const part of this.#partsOf(bundle, workId)) {
      const content = Buffer.from(part, 'utf8').toString('base64');
      await this.#publish(connector, JSON.stringify({ type: 'bundle', applicant_id: user.id, content, work_id: target, update: true }));
    }
    return true;
  }

  // Creates a work for a bundle without one. A bundle of one object is expected here, because workers do not split it.
  #newWork(connector, user, objects) {
    const name = `${connector.name} run @ ${new Date().toISOString()}`;
    const work = this.#works.create({ connectorId: connector.id, name, user, sourceId: connector.id });
    this.#works.toReceived(work.id, null);
    if (objects.length === 1) this.#works.addExpectations(work.id, 1);
    return work.id;
  }

  #partsOf(bundle, workId) {
    if (!this.#splits || !workId) return [bundle];
    const { objects, ...others } = JSON.parse(bundle);
    const single = inDependencyOrder(uniqueById(objects));
    this.#works.addExpectations(workId, single.length);
    return single.map((object) => JSON.stringify({ ...others, objects: [object] }));
  }

  async #publish({ config: { push, push_exchange: exchange, push_routing: routing } }, message) {
    if (this.#broker.configured) await this.#broker.publish(exchange, routing, message);
    else this.#receive(push, message);
  }

  #receive(queue, message) {
    this.#worker.receive({
      queue, body: Buffer.from(message), properties: {}, redelivered: false, ack: () => {}, wanted: () => true,
    });
  }
}
