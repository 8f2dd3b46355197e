// One simulated platform and one connector under test, with the methods that the checks use.
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Control } from './control.mjs';
import { observable, observable_types } from './observables.mjs';
import { Failed, NotApplicable, NotRegistered, Unavailable, demand } from './outcomes.mjs';
import { Process } from './process.mjs';

const simulator = path.join(path.dirname(fileURLToPath(import.meta.url)), '../opencti.mjs');
const token = 'c0f0c0f0-0000-4000-8000-c0f0c0f0c0f0';
// Every platform has an object storage, and clients request it. No server listens at this address.
const storage = 'http://access:secret@127.0.0.1:9/opencti-bucket?us-east-1';
const poll_ms = 20;
// The connector's requests to the platform before it has a result to send.
const first_calls = ['stixCoreObject', 'stixCyberObservable', 'toReceived'];

export class Bench {
  #settings;
  #platform;
  #url;
  #connector = null;
  #object = null;
  #sent = 0;
  #pings = 0;
  id = newId();
  name = 'Conformance';
  control;

  // `settings`: command, amqp, like, schema, type, value, unknown, patience_ms, grace_ms, show, and stop, which ends all waits. `options`:
  // additional options of the simulator.
  static async open(settings, options = []) {
    const bench = new Bench(settings);
    const { amqp, like, schema } = settings;
    bench.#platform = new Process([
      process.execPath, simulator, '--token', token, '--amqp', amqp, '--like', like, '--schema', schema, '--s3', storage,
      '--tick-ms', '0', '--no-echo', ...options,
    ]);
    try {
      bench.#url = JSON.parse(await bench.#platform.firstLine()).listening;
      bench.control = new Control(bench.#url);
      const { broker } = await bench.control.get('state');
      if (!broker.connected) throw new Unavailable('There is no RabbitMQ at the address that --amqp gives.');
    } catch (error) {
      await bench.close();
      throw error;
    }
    return bench;
  }

  constructor(settings) {
    this.#settings = settings;
  }

  get settings() {
    return this.#settings;
  }

  // Also deletes all queues on the broker.
  async close() {
    await this.renew().catch(() => {});
    this.#platform.signal('SIGTERM');
    await this.#platform.exited();
  }

  // Ends the connector, and removes it with its queues and works. The connector that is started next has another id.
  async renew() {
    await this.#connector?.kill();
    this.#connector = null;
    await this.calm();
    const { connectors } = await this.control.get('state');
    for (const { id } of connectors) await this.control.post(`connectors/${id}/delete`);
    this.id = newId();
  }

  // --- the connector ---

  // Starts the connector unless it runs, and waits until it has registered and, if `consuming`, consumes its queue.
  async ready({ consuming = true } = {}) {
    if (this.#connector?.ended !== null) await this.start();
    if (consuming) await this.#untilItConsumes();
  }

  async #untilItConsumes() {
    const { connectors } = await this.control.get('state');
    demand(connectors.length === 1, `It has registered under ${connectors.length} ids: ${connectors.map(({ id }) => id).join(', ')}.`);
    if (connectors[0].listen_callback_uri) throw new NotApplicable('It takes messages over HTTP; only what comes over its queue is checked.');
    await this.until('It does not consume the queue that its registration names', async () => (await this.queue())?.consumers > 0);
  }

  async start() {
    const { registrations: before, pings } = await this.control.get('state');
    this.#pings = pings;
    this.#connector = new Process(this.#settings.command, { env: this.#environment(), show: this.#settings.show });
    try {
      await this.until('It does not register', async () => (await this.control.get('state')).registrations > before);
    } catch (error) {
      throw error instanceof Failed ? new NotRegistered(error.message) : error;
    }
  }

  #environment() {
    const { type } = this.#settings;
    const near = [process.env.NO_PROXY, '127.0.0.1', 'localhost'].filter(Boolean).join(',');
    return {
      CONNECTOR_SCOPE: type,
      CONNECTOR_LOG_LEVEL: 'info',
      ...process.env,
      OPENCTI_URL: this.#url,
      OPENCTI_TOKEN: token,
      CONNECTOR_ID: this.id,
      CONNECTOR_NAME: this.name,
      CONNECTOR_TYPE: 'INTERNAL_ENRICHMENT',
      CONNECTOR_AUTO: 'true',
      CONNECTOR_MAX_TLP: 'TLP:AMBER',
      NO_PROXY: near,
      no_proxy: near,
    };
  }

  // Kills the connector, as a crash does. Resolves when the broker has taken back the messages that were not acknowledged.
  async kill() {
    const killed = this.#connector;
    this.#connector = null;
    await killed.kill();
    await this.#untilNobodyConsumes();
  }

  // Ends the connector with SIGTERM, as a container runtime does. `meanwhile` is called after the signal.
  async terminate(meanwhile) {
    const asked = this.#connector;
    this.#connector = null;
    asked.signal('SIGTERM');
    await meanwhile();
    const { grace_ms: grace } = this.#settings;
    await Promise.race([asked.exited(), after(grace, undefined, { ref: false })]);
    const { ended } = asked;
    await asked.kill();
    demand(ended !== null, `It still runs ${grace / 1000} s after SIGTERM.`);
    await this.#untilNobodyConsumes();
  }

  async #untilNobodyConsumes() {
    await this.until('The broker still has its consumer', async () => (await this.queue())?.consumers === 0);
  }

  // Runs a check on another platform with these options, and with another process of the connector.
  async beside(options, run) {
    const other = await Bench.open(this.#settings, options);
    try {
      await run(other);
    } finally {
      await other.close();
    }
  }

  // --- waiting ---

  // Waits until `condition` returns a true value, and returns that. If it does not in time, the check fails with the text `failure`, and
  // with what `more` returns then.
  async until(failure, condition, more = () => '') {
    const { patience_ms: patience, stop } = this.#settings;
    for (const end = Date.now() + patience; ; await after(poll_ms)) {
      stop.throwIfAborted();
      const found = await condition();
      if (found) return found;
      if (this.#connector && this.#connector.ended !== null) throw new Failed(this.#ended());
      demand(Date.now() < end, `${failure} within ${patience / 1000} s. ${await more()}`.trim());
    }
  }

  #ended() {
    const { ended, lastLines } = this.#connector;
    return `It ended (${ended})${lastLines ? `; its output ends with:\n${lastLines}` : '.'}`;
  }

  // --- the platform's state ---

  async registration() {
    return (await this.control.get('state')).connectors[0];
  }

  // Whether the connector has pinged since it was started.
  async hasPinged() {
    return (await this.control.get('state')).pings > this.#pings;
  }

  async queue() {
    return (await this.control.get('state')).listen_queue;
  }

  work(id) {
    return this.control.get(`works/${encodeURIComponent(id)}`);
  }

  bundles(workId) {
    return this.control.get(`bundles?work_id=${encodeURIComponent(workId)}`);
  }

  // --- objects ---

  // Adds the observable as a new object. → its id
  async observable({ value = this.#settings.value, type = this.#settings.type, tlp, draft } = {}) {
    await this.#forget();
    this.#object = observable(type, value, { tlp });
    return (await this.control.post('entities', { object: this.#object, draft_id: draft })).id;
  }

  // Adds an observable of a type for which the connector has not registered. → its id
  async foreign() {
    const scope = (await this.registration()).connector_scope.map((type) => type.trim().toLowerCase());
    const [type, value] = Object.entries(observable_types).find(([name]) => !scope.includes(name.toLowerCase())) ?? [];
    if (!type) throw new NotApplicable('Every type of observable is in its scope.');
    return this.observable({ type, value });
  }

  object(id) {
    return this.control.get(`entities/${id}`).then(({ object }) => object);
  }

  async #forget() {
    if (this.#object) await this.control.delete(`entities/${this.#object.id}`).catch(() => {});
  }

  // --- requests ---

  // → the id of the work
  async enrich(entity, how = {}) {
    this.#sent = await this.sent();
    return (await this.control.post('enrich', { entity_id: entity, ...how })).work_id;
  }

  // Waits until the work is complete. → the work
  ended(id) {
    const look = async () => {
      const work = await this.work(id);
      return work.status === 'complete' && work;
    };
    return this.until('The work is not complete', look, () => this.described(id));
  }

  // The state of the work, as a text.
  async described(id) {
    return described(await this.work(id));
  }

  // Waits until the work is complete and a result has been sent, whether the result names the work or not. → the work
  async enriched(id) {
    const work = await this.ended(id);
    demand(await this.hasSent(), `The work is complete, and no bundle came. ${await this.described(id)}`);
    return work;
  }

  // Whether a bundle has been sent since the last request.
  async hasSent() {
    return (await this.sent()) > this.#sent;
  }

  // The number of bundles that were sent. Waits for those in the queue, by putting a mark behind them.
  async sent() {
    const mark = randomUUID();
    await this.control.post('push', { body: JSON.stringify({ mark, content: '' }) });
    const marked = async () => (await this.control.get('bundles?last=20')).some(({ envelope }) => envelope?.mark === mark);
    await this.until('The simulated worker does not go on', marked);
    return (await this.control.get('bundles')).filter(({ envelope }) => envelope?.mark === undefined).length;
  }

  // --- faults ---

  // Holds the next call of each of these operations until calm().
  hold(calls = first_calls) {
    return this.control.post('faults', calls.map((operation) => ({ operation, kind: 'hold', before: true, times: 1 })));
  }

  // Delays the next request of each of the first calls.
  delay(ms) {
    return this.control.post('faults', first_calls.map((operation) => ({ operation, kind: 'latency', ms, times: 1 })));
  }

  async isHolding() {
    return (await this.control.get('state')).held.length > 0;
  }

  untilHeld() {
    return this.until('It does not ask the platform about the request', () => this.isHolding());
  }

  // Ends all faults.
  async calm() {
    await this.control.delete('faults');
    await this.control.post('release');
    await this.control.post('tick', { each_report: false });
  }
}

const newId = () => `conformance-${randomBytes(6).toString('hex')}`;

function described({ status, received_time: received, processed_time: processed, completed_number: done, tracking, errors }) {
  const { import_expected_number: expected, import_processed_number: counted } = tracking;
  return [
    `It is "${status}"`,
    received ? 'received' : 'not reported as received',
    processed ? 'processed' : 'not reported as processed',
    `with ${counted ?? done ?? 0} of ${expected ?? 0} objects imported`,
    ...errors.map(({ message }) => `with the error "${message}"`),
  ].join(', ').concat('.');
}
