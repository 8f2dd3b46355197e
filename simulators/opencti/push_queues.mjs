// Lets the worker consume the push queue of every connector: from its declaration on, and again after the broker was away.
export class PushQueues {
  #broker;
  #worker;
  #connectors;
  #consumers = new Map();
  #next = 1;

  constructor({ broker, worker, connectors }) {
    this.#broker = broker;
    this.#worker = worker;
    this.#connectors = connectors;
    broker.on('declared', (queue) => this.#consume(queue));
    broker.on('connected', () => this.#consumeAll());
    broker.on('disconnected', () => this.#consumers.clear());
    broker.on('cancelled', ({ queue, consumer }) => {
      if (this.#consumers.get(queue) === consumer) this.#consumers.delete(queue);
    });
    broker.on('message', (message) => {
      worker.receive({
        ...message,
        wanted: () => this.#consumers.get(message.queue) === message.consumer,
        again: (body) => this.#publish(message.queue, body),
      });
    });
  }

  // Leaves queued and new messages on the broker.
  async pause() {
    await this.#worker.pause();
    const consumers = [...this.#consumers.values()];
    this.#consumers.clear();
    await Promise.all(consumers.map((consumer) => this.#broker.stopConsuming(consumer)));
  }

  async resume() {
    this.#worker.resume();
    await this.#consumeAll();
  }

  #publish(queue, body) {
    const connector = this.#connectors.all().find(({ config }) => config.push === queue);
    return connector && this.#broker.publish(connector.config.push_exchange, connector.config.push_routing, body);
  }

  #consumeAll() {
    return Promise.all(this.#connectors.all().map(({ config }) => this.#consume(config.push)));
  }

  // If the queue does not exist, it is consumed once it is declared.
  async #consume(queue) {
    if (this.#worker.paused || this.#consumers.has(queue)) return;
    const consumer = this.#next;
    this.#next += 1;
    this.#consumers.set(queue, consumer);
    try {
      await this.#broker.consume(queue, consumer);
    } catch {
      if (this.#consumers.get(queue) === consumer) this.#consumers.delete(queue);
    }
  }
}
