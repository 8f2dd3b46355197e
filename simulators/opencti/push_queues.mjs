// Keeps the worker consuming the push queue of every connector: from its declaration on, and again after the broker was away.
export class PushQueues {
  #broker;
  #worker;
  #consumers = new Map();

  constructor({ broker, worker, connectors }) {
    this.#broker = broker;
    this.#worker = worker;
    broker.on('declared', (queue) => this.#consume(queue));
    broker.on('connected', () => connectors.all().forEach(({ config }) => this.#consume(config.push)));
    broker.on('disconnected', () => this.#consumers.clear());
    broker.on('cancelled', ({ queue, consumer }) => {
      if (this.#consumers.get(queue) === consumer) this.#consumers.delete(queue);
    });
    broker.on('message', (message) => {
      worker.receive({ ...message, wanted: () => this.#consumers.get(message.queue) === message.consumer });
    });
    this.#queues = () => connectors.all().map(({ config }) => config.push);
  }

  #queues;

  // Leaves what is queued, and what comes, on the broker.
  async pause() {
    await this.#worker.pause();
    const consumers = [...this.#consumers.values()];
    this.#consumers.clear();
    await Promise.all(consumers.map((consumer) => this.#broker.stopConsuming(consumer)));
  }

  async resume() {
    this.#worker.resume();
    await Promise.all(this.#queues().map((queue) => this.#consume(queue)));
  }

  // A queue that is not there is tried again when it is declared.
  async #consume(queue) {
    if (this.#worker.paused || this.#consumers.has(queue)) return;
    this.#consumers.set(queue, null);
    try {
      this.#consumers.set(queue, await this.#broker.consume(queue));
    } catch {
      this.#consumers.delete(queue);
    }
  }
}
