// The platform's worker: takes what a connector publishes, imports it object by object and reports on the work. Objects of
// a work that is no longer alive are dropped without a word to anyone, as the real one does.
import { setTimeout as after } from 'node:timers/promises';
import { Recent } from '../lib/recent.mjs';
import { administrator } from './users.mjs';

export class Worker {
  #store;
  #works;
  #users;
  #queue = Promise.resolve();
  #current = Promise.resolve();
  #resume = null;
  #paused = null;
  #bundles;
  #onCreated;
  #received = 0;
  objectMs = 0;
  dropped = 0;
  imported = 0;
  refused = 0;

  // `onCreated(entity, user)` is told of each entity that was not there before, outside drafts.
  constructor({ store, works, users, keep = 20_000, onCreated = () => {} }) {
    this.#onCreated = onCreated;
    this.#store = store;
    this.#works = works;
    this.#users = users;
    this.#bundles = new Recent(keep);
  }

  get received() {
    return this.#received;
  }

  get paused() {
    return this.#paused !== null;
  }

  bundles(count) {
    return this.#bundles.newest(count);
  }

  // Resolves when the message that is being handled is done. Those behind it wait.
  async pause() {
    this.#paused ??= new Promise((resolve) => {
      this.#resume = resolve;
    });
    await this.#current;
  }

  resume() {
    this.#resume?.();
    this.#paused = null;
    this.#resume = null;
  }

  // Messages are handled one after another, and then acknowledged. One that is no longer wanted when its turn comes has gone
  // back to the broker. Resolves when this message is done.
  receive(message) {
    this.#queue = this.#queue.then(async () => {
      if (this.#paused) await this.#paused;
      if (!message.wanted()) return;
      this.#current = this.#handle(message).then(() => message.ack());
      await this.#current;
    });
    return this.#queue;
  }

  async #handle({ body, queue, properties, redelivered }) {
    this.#received += 1;
    const record = {
      number: this.#received,
      received_at: new Date().toISOString(),
      queue,
      properties,
      redelivered,
      bytes: body.length,
      envelope: null,
      work_id: null,
      draft_id: null,
      objects: [],
      outcome: 'rejected',
      imported: 0,
      dropped: 0,
      errors: [],
    };
    this.#bundles.add(record);
    try {
      await this.#import(record, open(body, record));
    } catch (error) {
      record.errors.push({ name: error.name, message: error.message });
    }
  }

  async #import(record, bundle) {
    const whole = record.envelope.no_split === true || bundle.objects.length === 1;
    const objects = inDependencyOrder(uniqueById(bundle.objects));
    if (!whole && record.work_id) this.#works.addExpectations(record.work_id, objects.length);
    const wanted = new Set(record.envelope.entities_types ?? []);
    for (const object of objects) {
      if (this.objectMs > 0) await after(this.objectMs);
      this.#importOne(record, object, wanted);
    }
    record.outcome = record.imported === 0 && record.dropped > 0 ? 'dropped' : 'imported';
  }

  #importOne(record, object, wanted) {
    const { work_id: workId, draft_id: draftId } = record;
    if (workId && !this.#works.isAlive(workId)) {
      record.dropped += 1;
      this.dropped += 1;
      return;
    }
    const skipped = wanted.size > 0 && !wanted.has(object.type) && object.type !== 'marking-definition';
    const problem = skipped ? null : this.#problem(object, record);
    if (problem) {
      record.errors.push({ id: object.id, ...problem });
      // The real worker then sets its draft header to none for the rest of the message, to be able to report: what is left of
      // the bundle goes into the live knowledge (tried on 7.260318).
      if (problem.name === 'DRAFT_LOCKED') record.draft_lost = true;
      this.refused += 1;
    } else {
      record.imported += 1;
      this.imported += 1;
    }
    if (workId) this.#works.reportExpectation(workId, problem && asWorkError(object, problem));
  }

  #problem(object, { draft_id: sentTo, draft_lost: lost, envelope }) {
    const draftId = lost ? null : sentTo;
    const locked = this.#store.draftProblem(draftId);
    if (locked) return { name: 'DRAFT_LOCKED', message: locked };
    const user = this.#users.get(envelope.applicant_id ?? administrator);
    if (user === undefined) return { name: 'AUTH_REQUIRED', message: 'You must be logged in to do this.' };
    return this.#store.import(object, { draftId, user, onCreated: (entity) => draftId || this.#onCreated(entity, user) });
  }
}

// Reads a message into `record`. → the bundle
function open(body, record) {
  const { content, ...envelope } = JSON.parse(body.toString('utf8'));
  record.envelope = envelope;
  record.work_id = envelope.work_id ?? null;
  record.draft_id = envelope.draft_id || null;
  const text = Buffer.from(content, 'base64');
  if (text.toString('base64').replace(/=+$/, '') !== content.replace(/=+$/, '')) throw new Error('content is not base64');
  const bundle = JSON.parse(text.toString('utf8'));
  if (!Array.isArray(bundle.objects) || bundle.objects.length === 0) throw new Error('the bundle has no objects');
  record.objects = bundle.objects;
  return bundle;
}

// Of several objects with one id the last counts, at the place of the first.
function uniqueById(objects) {
  return [...new Map(objects.map((object) => [object.id, object])).values()];
}

function inDependencyOrder(objects) {
  const byId = new Map(objects.map((object) => [object.id, object]));
  const ordered = new Set();
  const seen = new Set();
  const place = (object) => {
    if (seen.has(object.id)) return;
    seen.add(object.id);
    for (const [key, value] of Object.entries(object)) {
      if (!key.endsWith('_ref') && !key.endsWith('_refs')) continue;
      for (const id of [value].flat()) if (byId.has(id)) place(byId.get(id));
    }
    ordered.add(object);
  };
  objects.forEach(place);
  return [...ordered];
}

const asWorkError = (object, { name, message }) => ({
  message: `{'name': '${name}', 'error_message': '${message}'}`,
  source: JSON.stringify({ type: 'bundle', objects: [object] }),
});
