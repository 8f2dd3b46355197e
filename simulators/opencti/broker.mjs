// The broker of the simulated platform. broker.py, a child process, speaks AMQP, because Debian has no AMQP library for Node. Without an
// --amqp address there is no broker, and requests that need one are rejected.
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'broker.py');

// Emits: connected, disconnected(reason), cancelled({ queue, consumer }), declared(queue) and
// message({ queue, consumer, body, properties, redelivered, ack() }).
export class Broker extends EventEmitter {
  #child = null;
  #replies = new Map();
  #next = 1;
  connected = false;
  configured;
  connection;

  constructor(url) {
    super();
    this.configured = Boolean(url);
    this.connection = connectionOf(url || 'amqp://guest:guest@127.0.0.1:5672/');
    if (!url) return;
    this.#child = spawn('/usr/bin/python3', [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin.on('error', () => {});
    this.#child.on('exit', (code) => this.#failAll(`the AMQP client ended with ${code}`));
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#receive(JSON.parse(line)));
    this.#write({ op: 'connect', url });
  }

  // Changes the address or the credentials of the broker. Connectors get them when they register again.
  use(url) {
    this.connection = connectionOf(url);
    this.#write({ op: 'connect', url });
  }

  // Resolves at the first connection, or after `ms` without a connection.
  async untilConnected(ms) {
    if (!this.configured || this.connected) return;
    await new Promise((resolve) => {
      const giveUp = setTimeout(resolve, ms);
      this.once('connected', () => {
        clearTimeout(giveUp);
        resolve();
      });
    });
  }

  // Declares the exchanges and queues of a connector; repeating it changes nothing.
  declare(command) {
    return this.#ask({ op: 'declare', ...command });
  }

  publish(exchange, routingKey, body) {
    const content = Buffer.from(body).toString('base64');
    return this.#ask({ op: 'publish', exchange, routing_key: routingKey, body: content });
  }

  delete(queues) {
    return this.#ask({ op: 'delete', queues });
  }

  async purge(queues) {
    return (await this.#ask({ op: 'purge', queues })).purged;
  }

  async depth(queue) {
    const { ready, consumers } = await this.#ask({ op: 'depth', queue });
    return { ready, consumers };
  }

  // `consumer` is a number that the caller chooses; it must be new.
  consume(queue, consumer) {
    return this.#ask({ op: 'consume', queue, consumer });
  }

  stopConsuming(consumer) {
    return this.#ask({ op: 'stop_consuming', consumer });
  }

  close() {
    this.#child?.stdin.end();
  }

  #ask(command) {
    if (!this.configured) return Promise.reject(new Error('the simulator runs without a broker (--amqp)'));
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#replies.set(id, { resolve, reject });
      this.#write({ id, ...command });
    });
  }

  #write(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
  }

  #receive(message) {
    if (message.event === undefined) this.#reply(message);
    else if (message.event === 'message') this.#deliver(message);
    else {
      if (message.event !== 'cancelled') this.connected = message.event === 'connected';
      this.emit(message.event, message);
    }
  }

  #reply({ id, error, ...result }) {
    const waiting = this.#replies.get(id);
    this.#replies.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }

  #deliver({ queue, consumer, tag, body, properties, redelivered }) {
    const ack = () => this.#write({ op: 'ack', consumer, tag });
    this.emit('message', { queue, consumer, body: Buffer.from(body, 'base64'), properties, redelivered, ack });
  }

  #failAll(reason) {
    this.connected = false;
    for (const { reject } of this.#replies.values()) reject(new Error(reason));
    this.#replies.clear();
  }
}

function connectionOf(text) {
  const url = new URL(text);
  const secure = url.protocol === 'amqps:';
  return {
    host: url.hostname,
    vhost: url.pathname.length > 1 ? decodeURIComponent(url.pathname.slice(1)) : '/',
    use_ssl: secure,
    port: Number(url.port || (secure ? 5671 : 5672)),
    user: decodeURIComponent(url.username),
    pass: decodeURIComponent(url.password),
  };
}
