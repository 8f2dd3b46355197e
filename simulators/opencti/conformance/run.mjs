// Runs checks one after another. If a check passes, the next one uses the same process; after a failure, the next one gets a new process
// with another id, queue and works, so that one defect makes no other check fail.
import { Bench } from './bench.mjs';
import { Failed, NotApplicable, NotRegistered } from './outcomes.mjs';

// Calls `tell(result)` after each check. → [{ id, wants, source, result, seen, seconds }], where result is pass, fail or not_applicable
export async function runChecks(checks, settings, tell = () => {}) {
  const bench = new Shared(settings);
  const results = [];
  let hopeless = null;
  try {
    for (const { id, wants, source, ...check } of checks) {
      const begun = Date.now();
      const outcome = hopeless ? { result: 'not_applicable', seen: hopeless } : await bench.try(check);
      if (outcome.hopeless) hopeless = 'Not run: the connector does not register.';
      const { result, seen } = outcome;
      results.push({ id, wants, source, result, seen, seconds: (Date.now() - begun) / 1000 });
      tell(results.at(-1));
    }
  } finally {
    await bench.close();
  }
  return results;
}

class Shared {
  #settings;
  #bench = null;

  constructor(settings) {
    this.#settings = settings;
  }

  async close() {
    await this.#bench?.close();
    this.#bench = null;
  }

  async try({ run, consuming }) {
    let registered = false;
    try {
      this.#bench ??= await Bench.open(this.#settings);
      await this.#bench.ready({ consuming });
      registered = true;
      await run(this.#bench);
      await this.#bench.calm();
      return { result: 'pass', seen: '' };
    } catch (error) {
      if (error instanceof NotApplicable) return { result: 'not_applicable', seen: error.message };
      if (!(error instanceof Failed)) throw error;
      await this.#bench.renew();
      return { result: 'fail', seen: error.message, hopeless: error instanceof NotRegistered && !registered };
    }
  }
}
