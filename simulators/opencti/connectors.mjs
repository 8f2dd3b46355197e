// The registered connectors, and their queues on the broker.
import { platformError } from './errors.mjs';

const active_ms = 5 * 60_000;

export class Connectors {
  #connectors = new Map();
  #broker;
  #storage;
  #prefix;
  #queueType;
  registrations = 0;
  pings = 0;

  // `storage` is the value of config.s3; if it is empty, a query for it fails. `prefix` is the prefix of the names of queues and exchanges.
  // `queueType` is the value of the platform's setting rabbitmq:queue_type.
  constructor(broker, { storage, prefix = '', queueType = 'classic' } = {}) {
    this.#broker = broker;
    this.#storage = storage;
    this.#prefix = prefix;
    this.#queueType = queueType;
  }

  get(id) {
    return this.#connectors.get(id);
  }

  all() {
    return [...this.#connectors.values()];
  }

  // The connector with this id, or the only registered one.
  theOne(id) {
    return id === undefined && this.#connectors.size === 1 ? this.all()[0] : this.#connectors.get(id);
  }

  async register(input, userId) {
    if (input.name.trim().length < 2) throw platformError('BAD_USER_INPUT', 'Must be at least 2 characters in length');
    if (!input.scope?.length) {
      const message = 'Validation against schema failed on attribute [connector_scope]: this mandatory field cannot be nil';
      throw platformError('FUNCTIONAL_ERROR', message);
    }
    const { id, type, scope, ...settings } = input;
    const known = this.#connectors.get(id);
    const connector = {
      created_at: now(),
      connector_state: null,
      reset: false,
      connector_info: null,
      ...known,
      ...settings,
      id,
      connector_type: type,
      connector_scope: scope,
      connector_user_id: userId,
      updated_at: now(),
      config: { ...configuration(id, this.#prefix, input.listen_callback_uri ?? null, this.#broker.connection), s3: this.#storage },
    };
    await this.#declare(connector);
    this.#connectors.set(id, connector);
    this.registrations += 1;
    return connector;
  }

  async ping({ id, state, connectorInfo }) {
    const connector = this.#find(id);
    this.pings += 1;
    await this.#declare(connector);
    connector.updated_at = now();
    if (connectorInfo) connector.connector_info = connectorInfo;
    if (connector.reset) connector.reset = false;
    else if (state !== undefined) connector.connector_state = state;
    return connector;
  }

  // Like "reset" in the user interface: deletes all queued messages, and the connector's state.
  async reset(id) {
    const connector = this.#find(id);
    connector.connector_state = '';
    connector.reset = true;
    return this.#broker.configured ? this.#broker.purge([connector.config.listen, connector.config.push]) : 0;
  }

  async delete(id) {
    const { config } = this.#find(id);
    this.#connectors.delete(id);
    if (this.#broker.configured) await this.#broker.delete([config.listen, config.push]);
  }

  isActive(connector) {
    return Date.now() - Date.parse(connector.updated_at) < active_ms;
  }

  #find(id) {
    const connector = this.#connectors.get(id);
    if (!connector) throw platformError('FUNCTIONAL_ERROR', 'No connector found with the specified ID', { id });
    return connector;
  }

  async #declare({ id, name, connector_type: type, connector_scope: scope, config }) {
    if (!this.#broker.configured) return;
    const queueArguments = { name, config: { id, type, scope: scope.join(',') }, 'x-queue-type': this.#queueType };
    const queue = (queueName, exchange, routingKey) => (
      { name: queueName, exchange, routing_key: routingKey, arguments: queueArguments }
    );
    await this.#broker.declare({
      exchanges: [config.listen_exchange, config.push_exchange],
      queues: [
        queue(config.listen, config.listen_exchange, config.listen_routing),
        queue(config.push, config.push_exchange, config.push_routing),
      ],
    });
    this.#broker.emit('declared', config.push);
  }
}

function configuration(id, prefix, callback, connection) {
  return {
    connection,
    listen: `${prefix}listen_${id}`,
    listen_routing: `${prefix}listen_routing_${id}`,
    listen_exchange: `${prefix}amqp.connector.exchange`,
    listen_callback_uri: callback,
    push: `${prefix}push_${id}`,
    push_routing: `${prefix}push_routing_${id}`,
    push_exchange: `${prefix}amqp.worker.exchange`,
  };
}

const now = () => new Date().toISOString();
