// Steps of playbooks that were sent to a connector, and its answers.
import { randomUUID } from 'node:crypto';
import { Recent, forgetOldest } from '../lib/recent.mjs';
import { platformError } from './errors.mjs';

export class Playbooks {
  #steps = new Map();
  #answers;
  #keep;
  #enterprise;
  answered = 0;

  // The community edition has no playbooks: it rejects every answer (experiment 28).
  constructor({ keep = 20_000, enterprise = true } = {}) {
    this.#enterprise = enterprise;
    this.#keep = keep;
    this.#answers = new Recent(keep);
  }

  // Starts a run of a playbook with one step. → the ids in the message
  start(entityId) {
    const step = {
      event_id: `${Date.now()}-0`,
      execution_id: randomUUID(),
      playbook_id: randomUUID(),
      data_instance_id: entityId,
      step_id: randomUUID(),
      previous_step_id: randomUUID(),
    };
    this.#steps.set(step.execution_id, step);
    forgetOldest(this.#steps, this.#keep);
    return step;
  }

  // → false if the step does not exist, as on the platform
  answer({ bundle, previous_bundle: previous, ...ids }) {
    if (!this.#enterprise) throw platformError('UNSUPPORTED_ERROR', 'Enterprise edition is not enabled');
    const step = this.#steps.get(ids.execution_id);
    const expected = step !== undefined && step.step_id === ids.step_id && step.playbook_id === ids.playbook_id;
    this.answered += 1;
    const parsed = JSON.parse(bundle);
    this.#answers.add({
      received_at: new Date().toISOString(),
      ...ids,
      expected,
      same_ids: expected && Object.entries(step).every(([name, id]) => ids[name] === id),
      has_base: parsed.objects?.some(({ id }) => id === ids.data_instance_id) === true,
      bundle: parsed,
      previous_bundle: JSON.parse(previous),
    });
    return expected;
  }

  answers() {
    return this.#answers.newest();
  }
}
