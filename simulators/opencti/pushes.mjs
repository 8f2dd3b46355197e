// Bundles that come over the API instead of the broker (opencti-graphql: domain/stix.js).
import { platformError } from './errors.mjs';

export class Pushes {
  #broker;
  #connectors;
  #worker;

  constructor({ broker, connectors, worker }) {
    this.#broker = broker;
    this.#connectors = connectors;
    this.#worker = worker;
  }

  // Whatever draft the request is made in: the message does not name it.
  async push({ connectorId, bundle, work_id: workId = null }, { user }) {
    const connector = this.#connectors.get(connectorId);
    if (!connector) throw platformError('UNSUPPORTED_ERROR', 'Invalid bundle', { cause: 'Invalid connector' });
    const { type, objects } = JSON.parse(bundle);
    if (type !== 'bundle' || !objects?.length) throw platformError('UNSUPPORTED_ERROR', 'Invalid bundle');
    const content = Buffer.from(bundle, 'utf8').toString('base64');
    const message = JSON.stringify({ type: 'bundle', applicant_id: user.id, content, work_id: workId, update: true });
    const { push, push_exchange: exchange, push_routing: routing } = connector.config;
    if (this.#broker.configured) await this.#broker.publish(exchange, routing, message);
    else this.#receive(push, message);
    return true;
  }

  #receive(queue, message) {
    this.#worker.receive({
      queue, body: Buffer.from(message), properties: {}, redelivered: false, ack: () => {}, wanted: () => true,
    });
  }
}
