// The platform's workers: they take published messages, import them object by object, and report on the work (opencti-worker:
// push_handler.py; client-python: utils/opencti_stix2.py). Each worker takes one message at a time. Objects are dropped without any error
// if their work is no longer alive, as with the real workers: all their requests name the work, and the platform rejects them.
import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { Recent, forgetOldest } from '../lib/recent.mjs';
import { inDependencyOrder, open, uniqueById } from './bundles.mjs';
import { administrator } from './users.mjs';

const tries = 4;
const splits_kept = 1000;

export class Worker {
  #store;
  #works;
  #users;
  #line = [];
  #busy = 0;
  #paused = false;
  #idle = [];
  #bundles;
  #splits = new Map();
  #onCreated;
  #onUpdated;
  #declared;
  #received = 0;
  workers;
  objectMs = 0;
  // The pause before an object with missing references is retried; 0 means no retry.
  retryMs = 0;
  dropped = 0;
  imported = 0;
  refused = 0;

  // Outside drafts, `onCreated(entity, user)` is called for each new entity, and `onUpdated` for each changed one. `declared`: if an
  // envelope has the number of its objects, only those beyond it are added to the expected number.
  constructor({ store, works, users, workers = 1, declared = false, keep = 20_000, onCreated = () => {}, onUpdated = () => {} }) {
    this.#onCreated = onCreated;
    this.#onUpdated = onUpdated;
    this.#declared = declared;
    this.#store = store;
    this.#works = works;
    this.#users = users;
    this.workers = workers;
    this.#bundles = new Recent(keep);
  }

  get received() {
    return this.#received;
  }

  get paused() {
    return this.#paused;
  }

  bundles(count) {
    return this.#bundles.newest(count);
  }

  // Resolves when the messages in progress are done. The next ones wait.
  async pause() {
    this.#paused = true;
    if (this.#busy > 0) await new Promise((resolve) => this.#idle.push(resolve));
  }

  resume() {
    this.#paused = false;
    this.#work();
  }

  // Messages are taken in order, as many at a time as there are workers, and acknowledged when they are done. A message that is no longer
  // wanted at its turn has gone back to the broker. `again(body)` puts a message behind all others. Resolves when this message, and the
  // parts that it was split into here, are done.
  receive({ again, ...message }) {
    const parts = [];
    const behind = again ?? ((body) => {
      parts.push(this.#queued({ ...message, body: Buffer.from(body), ack: () => {} }));
    });
    return this.#queued({ ...message, again: behind }).then(() => Promise.all(parts));
  }

  // A change of `workers` takes effect with the next message.
  #work() {
    while (!this.#paused && this.#busy < this.workers && this.#line.length > 0) this.#start(this.#line.shift());
  }

  #queued(message) {
    return new Promise((done) => {
      this.#line.push({ message, done });
      this.#work();
    });
  }

  #start({ message, done }) {
    if (!message.wanted()) {
      done();
      return;
    }
    this.#busy += 1;
    this.#handle(message).then(() => {
      message.ack();
      this.#busy -= 1;
      done();
      if (this.#busy === 0) for (const resolve of this.#idle.splice(0)) resolve();
      this.#work();
    });
  }

  async #handle({ body, queue, properties, redelivered, again }) {
    let record = newRecord({ queue, properties, redelivered }, body);
    try {
      const bundle = open(body, record);
      record = this.#whole(record);
      if (record.envelope.no_split === true || bundle.objects.length === 1) await this.#import(record, bundle);
      else await this.#split(record, bundle, again);
    } catch (error) {
      if (record.number === 0) this.#remember(record);
      record.errors.push({ name: error.name, message: error.message });
    }
  }

  // A part of a message that was split here counts for that message; any other message is recorded.
  #whole(record) {
    const whole = this.#splits.get(record.envelope.part_of);
    if (whole === undefined) this.#remember(record);
    return whole ?? record;
  }

  #remember(record) {
    this.#received += 1;
    record.number = this.#received;
    this.#bundles.add(record);
  }

  // Each object becomes a separate message behind all others, and is added to the expected number.
  async #split(record, { objects, ...bundle }, again) {
    const single = inDependencyOrder(uniqueById(objects));
    const { work_id: workId, envelope } = record;
    if (workId && !this.#works.isAlive(workId)) {
      record.outcome = 'dropped';
      record.dropped = single.length;
      this.dropped += single.length;
      return;
    }
    if (workId && !this.#store.draftProblem(record.draft_id)) this.#works.addExpectations(workId, single.length);
    record.outcome = 'split';
    const part = randomUUID();
    this.#splits.set(part, record);
    forgetOldest(this.#splits, splits_kept);
    for (const object of single) {
      const content = Buffer.from(JSON.stringify({ ...bundle, objects: [object] })).toString('base64');
      await again(JSON.stringify({ ...envelope, content, part_of: part }));
    }
  }

  async #import(record, bundle) {
    const wanted = new Set(record.envelope.entities_types ?? []);
    const draft = { id: record.draft_id };
    const objects = inDependencyOrder(uniqueById(bundle.objects));
    const { work_id: workId, envelope: { declared_expectations: told } } = record;
    if (this.#declared && workId && Number.isInteger(told) && told !== objects.length) this.#works.addExpectations(workId, objects.length - told);
    for (const object of objects) {
      if (this.objectMs > 0) await after(this.objectMs);
      await this.#importOne(record, object, wanted, draft);
    }
    record.outcome = record.imported === 0 && record.dropped > 0 ? 'dropped' : 'imported';
  }

  async #importOne(record, object, wanted, draft) {
    const { work_id: workId } = record;
    const alive = () => !workId || this.#works.isAlive(workId);
    const skipped = wanted.size > 0 && !wanted.has(object.type) && object.type !== 'marking-definition';
    const retries = this.retryMs > 0 ? tries - 1 : 0;
    for (let left = retries; left > 0 && alive() && this.#lacks(object, record, draft); left -= 1) await after(this.retryMs);
    if (!alive()) {
      record.dropped += 1;
      this.dropped += 1;
      return;
    }
    const problem = skipped ? null : this.#problem(object, record, draft);
    if (problem) {
      record.errors.push({ id: object.id, ...problem });
      this.refused += 1;
    } else {
      record.imported += 1;
      this.imported += 1;
    }
    if (workId) this.#works.reportExpectation(workId, problem && asWorkError(object, problem));
  }

  #lacks(object, { envelope }, { id: draftId }) {
    const user = this.#users.get(envelope.applicant_id ?? administrator);
    return user !== undefined && this.#store.lacks(object, { draftId, user });
  }

  #problem(object, { envelope, work_id: workId }, draft) {
    const { id: draftId } = draft;
    const locked = this.#store.draftProblem(draftId);
    if (locked) {
      // The worker leaves the draft in order to report, and imports the rest of the message live.
      if (workId) draft.id = null;
      return { name: 'DRAFT_LOCKED', message: locked, source: 'Draft in read only' };
    }
    const user = this.#users.get(envelope.applicant_id ?? administrator);
    if (user === undefined) return { name: 'AUTH_REQUIRED', message: 'You must be logged in to do this.' };
    const onCreated = (entity) => this.#onCreated(entity, user);
    const onUpdated = (entity) => this.#onUpdated(entity, user);
    return this.#store.import(object, { draftId, user, onCreated, onUpdated });
  }
}

const newRecord = (message, body) => ({
  number: 0,
  received_at: new Date().toISOString(),
  ...message,
  bytes: body.length,
  envelope: null,
  work_id: null,
  draft_id: null,
  objects: [],
  outcome: 'rejected',
  imported: 0,
  dropped: 0,
  errors: [],
});

const asWorkError = (object, { name, message, source }) => ({
  message: `{'name': '${name}', 'error_message': '${message}'}`,
  source: source ?? JSON.stringify({ type: 'bundle', objects: [object] }),
});
