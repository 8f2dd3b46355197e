// The platform's worker for connectors that listen over HTTP: takes their messages from the queue, and posts them one after another, each
// until it is accepted.
import http from 'node:http';
import https from 'node:https';
import { setTimeout as after } from 'node:timers/promises';
import { Recent } from '../lib/recent.mjs';

const answer_timeout_ms = 300_000;
// Higher than the numbers of the worker's other consumers.
const first_consumer = 1_000_000;

export class Callbacks {
  #broker;
  #connectors;
  #keys;
  #ca;
  #retry;
  #posts;
  #served = new Map();
  // Without a broker: messages from before the connector was served.
  #kept = new Map();
  #next = first_consumer;

  // Public, because tests change it.
  retryMs;

  // `retryMs` is the minimum pause before a message is posted again; the maximum is three times as long.
  constructor({ broker, connectors, keys, retryMs, ca, keep }) {
    this.retryMs = retryMs;
    this.#broker = broker;
    this.#connectors = connectors;
    this.#keys = keys;
    this.#ca = ca;
    this.#posts = new Recent(keep);
    broker.on('message', (message) => this.#receive(message));
    broker.on('disconnected', () => this.#served.clear());
    broker.on('cancelled', ({ queue, consumer }) => {
      if (this.#served.get(queue)?.consumer === consumer) this.#served.delete(queue);
    });
  }

  posts(count) {
    return this.#posts.newest(count);
  }

  // Serves the connectors that have a callback, and stops serving those that no longer have one.
  async look() {
    const wanted = new Map(this.#connectors.all()
      .filter(({ config }) => config.listen_callback_uri)
      .map(({ config }) => [config.listen, config.listen_callback_uri]));
    for (const [queue, served] of [...this.#served]) {
      if (wanted.has(queue)) served.url = wanted.get(queue);
      else await this.#stop(queue, served);
    }
    for (const [queue, url] of wanted) if (!this.#served.has(queue)) await this.#serve(queue, url);
  }

  // Without a broker, the message waits here.
  put(queue, body) {
    const consumer = this.#served.get(queue)?.consumer;
    if (consumer === undefined) this.#kept.set(queue, [...this.#kept.get(queue) ?? [], body]);
    else this.#receive({ queue, consumer, body: Buffer.from(body), ack: () => {} });
  }

  async #serve(queue, url) {
    const served = { url, consumer: this.#next, line: Promise.resolve(), ended: new AbortController() };
    this.#next += 1;
    this.#served.set(queue, served);
    if (!this.#broker.configured) {
      const kept = this.#kept.get(queue) ?? [];
      this.#kept.delete(queue);
      for (const body of kept) this.put(queue, body);
      return;
    }
    try {
      await this.#broker.consume(queue, served.consumer);
    } catch {
      if (this.#served.get(queue) === served) this.#served.delete(queue);
    }
  }

  async #stop(queue, served) {
    this.#served.delete(queue);
    served.ended.abort();
    if (this.#broker.configured) await this.#broker.stopConsuming(served.consumer);
  }

  #receive({ queue, consumer, body, ack }) {
    const served = this.#served.get(queue);
    if (served === undefined || served.consumer !== consumer) return;
    const wanted = () => this.#served.get(queue) === served;
    served.line = served.line.then(async () => {
      while (wanted() && !accepted(await this.#post(served.url, body))) await this.#pause(served.ended.signal);
      if (wanted()) ack();
    });
  }

  async #pause(signal) {
    const ms = this.retryMs * (1 + 2 * Math.random());
    await after(ms, undefined, { signal }).catch(() => {});
  }

  // → the status, or null if there was no answer
  async #post(url, body) {
    const record = { time: new Date().toISOString(), url, bytes: body.length, status: null, answer: null, error: null };
    this.#posts.add(record);
    try {
      Object.assign(record, await this.#exchange(url, body));
    } catch (error) {
      record.error = error.message;
    }
    return record.status;
  }

  #exchange(url, body) {
    const { request } = url.startsWith('https:') ? https : http;
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      'user-agent': 'pycti/7.260318',
      authorization: `Bearer ${this.#keys.token()}`,
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', headers, ca: this.#ca, agent: false, timeout: answer_timeout_ms }, (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (text) => {
          answer += text;
        });
        response.on('error', reject).on('end', () => resolve({ status: response.statusCode, answer }));
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer in time'))).on('error', reject);
      sent.end(body);
    });
  }
}

const accepted = (status) => status === 200 || status === 202;
