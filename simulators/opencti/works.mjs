// Works: the platform's records of requested enrichments. In addition to the stored work, the platform keeps figures that workers count; a
// work is alive while its figures exist. The two can disagree, here as on the platform.
import { forgetOldest } from '../lib/recent.mjs';

const errors_kept = 100;
// The keys by which a work is found (modules/attributes: the attributes of a Work that can be filtered, and the key for any id). `id` and
// `standard_id` are accepted, but find nothing.
export const work_keys = {
  ids: ({ id }) => id,
  internal_id: ({ id }) => id,
  id: () => [],
  standard_id: () => [],
  import_expected_number: ({ expected_number: expected }) => expected,
  ...Object.fromEntries([
    'name', 'timestamp', 'updated_at', 'connector_id', 'status', 'processed_time', 'received_time', 'completed_time', 'completed_number',
    'draft_context', 'event_source_id',
  ].map((key) => [key, (work) => work[key]])),
};

export class Works {
  #works = new Map();
  #figures = new Map();
  #lastReported = new Map();
  #keep;
  #closedAlive;
  #colliding;
  #lastTimestamp = 0;
  // Whether the manager runs after each report. On a platform, any report can be the last one before the manager runs.
  closesAtEachReport = false;

  // `closedAlive`: works that the manager closed still accept objects, as on newer platforms (PR 15900). `colliding`: works created within
  // one millisecond are one work, as on the platform; otherwise each gets its own millisecond.
  constructor({ keep = 20_000, closedAlive = false, colliding = false } = {}) {
    this.#keep = keep;
    this.#closedAlive = closedAlive;
    this.#colliding = colliding;
  }

  // With `timestamp`, the work is the same as another one of that time. The later of two requests wins; existing figures stay
  // (domain/work.js: createWork; experiment 22).
  create({ connectorId, name, user, sourceId, draftId = null, timestamp = this.#now() }) {
    const work = {
      id: `work_${connectorId}_${timestamp}`,
      name,
      user,
      connector_id: connectorId,
      timestamp,
      status: 'wait',
      event_source_id: sourceId,
      expected_number: 0,
      received_time: null,
      processed_time: null,
      completed_time: null,
      completed_number: 0,
      messages: [],
      errors: [],
      draft_context: draftId,
      updated_at: timestamp,
      forced: false,
    };
    this.#works.set(work.id, work);
    this.#figuresOf(work.id).alive = true;
    forgetOldest(this.#works, this.#keep, (id) => this.delete(id));
    return work;
  }

  #now() {
    this.#lastTimestamp = this.#colliding ? Date.now() : Math.max(Date.now(), this.#lastTimestamp + 1);
    return new Date(this.#lastTimestamp).toISOString();
  }

  get(id) {
    return this.#works.get(id);
  }

  all() {
    return [...this.#works.values()];
  }

  isAlive(id) {
    return this.#figures.get(id)?.alive === true;
  }

  // The stored numbers of a complete work, and the present figures of any other one (domain/connector.ts: computeWorkStatus).
  tracking(work) {
    if (work.status === 'complete') {
      return { import_expected_number: work.expected_number, import_processed_number: work.completed_number, import_last_processed: null };
    }
    const figures = this.#figures.get(work.id);
    return {
      import_expected_number: figures?.expected ?? null,
      import_processed_number: figures?.processed ?? null,
      import_last_processed: figures?.last ?? null,
    };
  }

  // The work as the control API shows it.
  shown(work) {
    return { ...work, alive: this.isAlive(work.id), tracking: this.tracking(work) };
  }

  toReceived(id, message) {
    const work = this.#works.get(id);
    if (!work) return;
    work.status = 'progress';
    work.received_time = now();
    note(work.messages, message);
  }

  // The work is complete if nothing was ever expected, or if all expected objects are processed; in the second case its figures are
  // deleted.
  toProcessed(id, message, inError) {
    const work = this.#works.get(id);
    if (!work) return;
    work.processed_time = now();
    note(inError ? work.errors : work.messages, message);
    const counted = this.#allProcessed(id);
    if (work.expected_number === 0 || counted) {
      this.#complete(work, this.#figures.get(id)?.processed || 1);
      work.expected_number = work.completed_number;
    }
    if (counted) this.#figures.delete(id);
  }

  addExpectations(id, expectations) {
    const work = this.#works.get(id);
    if (!work) return;
    work.updated_at = now();
    work.expected_number += expectations;
    const figures = this.#figuresOf(id);
    figures.expected = (figures.expected ?? 0) + expectations;
    if (!figures.alive) this.#figures.delete(id);
  }

  // Each report makes its work the last one with a report, even if it is not alive and nothing is counted.
  reportExpectation(id, error) {
    this.#report(id, error);
    if (this.closesAtEachReport) this.closeOvertaken(connectorOf(id));
  }

  #report(id, error) {
    this.#rememberReport(id);
    const figures = this.#figuresOf(id);
    figures.processed = (figures.processed ?? 0) + 1;
    figures.last = now();
    if (!figures.alive) {
      this.#figures.delete(id);
      return;
    }
    const work = this.#works.get(id);
    if (!work) return;
    if (error && work.errors.length < errors_kept) work.errors.push({ timestamp: now(), sequence: null, ...error });
    if (this.#allProcessed(id)) this.#complete(work, figures.processed);
  }

  ping(id) {
    this.#works.get(id).updated_at = now();
  }

  addDraftContext(id, draftId) {
    const work = this.#works.get(id);
    if (work) work.draft_context = draftId;
  }

  delete(id) {
    this.#figures.delete(id);
    return this.#works.delete(id);
  }

  deleteAllOf(connectorId) {
    for (const work of this.all()) if (work.connector_id === connectorId) this.delete(work.id);
  }

  // What the platform's connector manager does every minute (manager/connectorManager.js): every open work that is older than the last one
  // with a report is completed with its present figures. Except on newer platforms, the objects that workers still import for it are
  // dropped. → the ids of the closed works
  closeOvertaken(connectorId) {
    const last = this.#lastReported.get(connectorId);
    if (last === undefined) return [];
    const border = last.split('_')[2];
    const overtaken = this.all().filter(
      (work) => work.connector_id === connectorId && work.status !== 'complete' && work.timestamp < border,
    );
    for (const work of overtaken) this.close(work);
    return overtaken.map(({ id }) => id);
  }

  // Closes a work as the manager does.
  close(work) {
    this.#complete(work, this.#figures.get(work.id)?.processed ?? null);
    work.forced = true;
    if (!this.#closedAlive) this.#figures.delete(work.id);
  }

  // The platform takes the connector's id from the work id by splitting at underscores, so it never finds a connector with an underscore in
  // its id.
  #rememberReport(id) {
    const connectorId = connectorOf(id);
    if (connectorId !== undefined) this.#lastReported.set(connectorId, id);
    forgetOldest(this.#lastReported, this.#keep);
  }

  // Figures that are created again after the work's end do not make the work alive.
  #figuresOf(id) {
    let figures = this.#figures.get(id);
    if (!figures) {
      figures = { alive: false, expected: null, processed: null, last: null };
      this.#figures.set(id, figures);
      forgetOldest(this.#figures, 2 * this.#keep);
    }
    return figures;
  }

  #allProcessed(id) {
    const figures = this.#figures.get(id);
    return figures !== undefined && figures.expected !== null && figures.expected === figures.processed;
  }

  #complete(work, number) {
    work.status = 'complete';
    work.completed_number = number;
    work.completed_time = now();
  }
}

const now = () => new Date().toISOString();
const connectorOf = (workId) => workId.split('_')[1];

function note(list, message) {
  if (message) list.push({ timestamp: now(), message, sequence: null, source: null });
}
