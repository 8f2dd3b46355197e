// Steps of playbooks, which have no work.
import { isDeepStrictEqual } from 'node:util';
import { NotApplicable, demand } from './outcomes.mjs';

const executor = 'opencti-graphql: manager/playbookManager/playbookManager.ts, playbookStepExecution';

async function demandPlaybooks(bench) {
  if (!(await bench.registration()).playbook_compatible) throw new NotApplicable('It registers with playbook_compatible: false.');
}

const answersTo = async (bench, execution) => (await bench.control.get('playbook_answers')).filter(({ execution_id: id }) => id === execution);

// Hands a step over and waits for the answer. → the answer, the objects that came with the step
async function step(bench, entity) {
  const objects = [await bench.object(entity)];
  const { execution_id: execution } = await bench.control.post('playbook', { entity_id: entity });
  const [answer] = await bench.until('The step is not answered', async () => {
    const answers = await answersTo(bench, execution);
    return answers.length > 0 && answers;
  });
  demand(answer.same_ids, 'The answer has not the ids that came with the step.');
  demand(isDeepStrictEqual(answer.previous_bundle.objects, objects), 'previous_bundle is not the bundle that came with the step.');
  demand(answer.has_base, 'The answer lacks the object that the step is about, without which the playbook cannot go on.');
  return { answer, objects, execution };
}

async function demandUnchanged(bench, entity, what) {
  const { answer, objects } = await step(bench, entity);
  demand(isDeepStrictEqual(answer.bundle.objects, objects), `The step about ${what} is answered with a bundle that was changed.`);
}

export const playbook_checks = [
  {
    id: 'playbook',
    wants: 'A step of a playbook is answered exactly once, with its bundle and what was found; nothing goes to the queue.',
    source: `${executor}: each answer runs the rest of the playbook`,
    async run(bench) {
      await demandPlaybooks(bench);
      const entity = await bench.observable();
      const before = await bench.sent();
      const { answer, objects, execution } = await step(bench, entity);
      demand(!isDeepStrictEqual(answer.bundle.objects, objects), 'The answer has nothing new.');
      // What is done after it shows that the step is over.
      await step(bench, entity);
      demand((await bench.sent()) === before, 'A bundle came on the queue of the workers as well.');
      await bench.ended(await bench.enrich(entity));
      const { length: times } = await answersTo(bench, execution);
      demand(times === 1, `The step was answered ${times} times.`);
    },
  },
  {
    id: 'playbook-unchanged',
    wants: 'A step about an object that is not enriched (not in scope, above CONNECTOR_MAX_TLP) is answered with its bundle as it came.',
    source: `${executor}: without an answer the playbook stops there`,
    async run(bench) {
      await demandPlaybooks(bench);
      await demandUnchanged(bench, await bench.observable({ tlp: 'TLP:RED' }), 'an object marked TLP:RED');
      await demandUnchanged(bench, await bench.foreign(), 'a type that is not in its scope');
    },
  },
];
