// Checks of steps of playbooks, which have no work.
import { isDeepStrictEqual } from 'node:util';
import { NotApplicable, demand } from './outcomes.mjs';

const executor = 'opencti-graphql: manager/playbookManager/playbookManager.ts, playbookStepExecution';

async function demandPlaybooks(bench) {
  if (!(await bench.registration()).playbook_compatible) throw new NotApplicable('It registers with playbook_compatible: false.');
}

const answersTo = async (bench, execution) => (await bench.control.get('playbook_answers')).filter(({ execution_id: id }) => id === execution);

// Sends a step, and waits for the answer. → the answer, the objects in the step
async function step(bench, entity) {
  const objects = [await bench.object(entity)];
  const { execution_id: execution } = await bench.control.post('playbook', { entity_id: entity });
  const [answer] = await bench.until('The step is not answered', async () => {
    const answers = await answersTo(bench, execution);
    return answers.length > 0 && answers;
  });
  demand(answer.same_ids, 'The answer does not have the ids of the step.');
  demand(isDeepStrictEqual(answer.previous_bundle.objects, objects), 'previous_bundle is not the bundle of the step.');
  demand(answer.has_base, "The answer lacks the step's object, without which the playbook cannot continue.");
  return { answer, objects, execution };
}

async function demandUnchanged(bench, entity, what) {
  const { answer, objects } = await step(bench, entity);
  demand(isDeepStrictEqual(answer.bundle.objects, objects), `The step about ${what} is answered with a bundle that was changed.`);
}

export const playbook_checks = [
  {
    id: 'playbook',
    wants: 'A step of a playbook is answered exactly once, with its bundle and the new objects; nothing is sent to the queue.',
    source: `${executor}: each answer runs the rest of the playbook`,
    async run(bench) {
      await demandPlaybooks(bench);
      const entity = await bench.observable();
      const before = await bench.sent();
      const { answer, objects, execution } = await step(bench, entity);
      demand(!isDeepStrictEqual(answer.bundle.objects, objects), 'The answer has nothing new.');
      // When a later step is answered, this one is finished.
      await step(bench, entity);
      demand((await bench.sent()) === before, "A bundle was also sent to the workers' queue.");
      await bench.ended(await bench.enrich(entity));
      const { length: times } = await answersTo(bench, execution);
      demand(times === 1, `The step was answered ${times} times.`);
    },
  },
  {
    id: 'playbook-unchanged',
    wants: 'A step about an object that is not enriched (not in scope, above CONNECTOR_MAX_TLP) is answered with its unchanged bundle.',
    source: `${executor}: without an answer the playbook stops there`,
    async run(bench) {
      await demandPlaybooks(bench);
      await demandUnchanged(bench, await bench.observable({ tlp: 'TLP:RED' }), 'an object marked TLP:RED');
      await demandUnchanged(bench, await bench.foreign(), 'a type that is not in its scope');
    },
  },
];
