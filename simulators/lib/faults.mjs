// The faults, and the requests that they affect. Latency adds up, and combines with any other fault. Of the other faults, the oldest one
// that matches and has `times` left applies, so that several faults with `times` form a sequence.
import { Rejection } from './router.mjs';

export class Faults {
  #faults = [];
  #kinds;
  #matches;
  #next = 1;

  // `matches(fault, subject)` returns whether a fault affects a request.
  constructor(kinds, matches) {
    this.#kinds = kinds;
    this.#matches = matches;
  }

  add(fault) {
    if (!this.#kinds.includes(fault.kind)) {
      throw new Rejection(400, `"${fault.kind}" is not a kind of fault; the kinds are ${this.#kinds.join(', ')}`);
    }
    const added = { id: this.#next, left: fault.times ?? null, ...fault };
    this.#next += 1;
    this.#faults.push(added);
    return added;
  }

  list() {
    return this.#faults;
  }

  clear() {
    this.#faults = [];
  }

  // → { wait: milliseconds, fault: the one to apply or null }
  take(subject) {
    if (this.#faults.length === 0) return { wait: 0, fault: null };
    const meant = this.#faults.filter((fault) => this.#matches(fault, subject));
    const late = meant.filter(({ kind }) => kind === 'latency');
    const fault = meant.find(({ kind }) => kind !== 'latency') ?? null;
    for (const used of fault ? [...late, fault] : late) this.#use(used);
    return { wait: late.reduce((sum, { ms = 0 }) => sum + ms, 0), fault };
  }

  #use(fault) {
    if (fault.left === null) return;
    fault.left -= 1;
    if (fault.left <= 0) this.#faults = this.#faults.filter((other) => other !== fault);
  }
}

// Requests that wait until they are released, or until their client disconnects.
export class Held {
  #waiting = new Map();
  #next = 1;

  wait(description, response) {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiting.delete(id);
        response.off('close', leave);
        resolve();
      };
      response.on('close', leave);
      this.#waiting.set(id, { ...description, since: new Date().toISOString(), leave });
    });
  }

  list() {
    return [...this.#waiting].map(([id, { leave, ...description }]) => ({ id, ...description }));
  }

  releaseAll() {
    const released = this.#waiting.size;
    for (const { leave } of this.#waiting.values()) leave();
    return released;
  }
}

export function faultRoutes(faults, held) {
  return {
    'GET /control/faults': () => faults.list(),
    'POST /control/faults': ({ body }) => (Array.isArray(body) ? body : [body]).map((fault) => faults.add(fault)),
    'DELETE /control/faults': () => faults.clear(),
    'POST /control/release': () => ({ released: held.releaseAll() }),
  };
}
