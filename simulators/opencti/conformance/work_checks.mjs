// Checks of requests that have a work.
import { NotApplicable, demand } from './outcomes.mjs';

const sum = (bundles, key) => bundles.reduce((total, bundle) => total + bundle[key], 0);

const said = ({ errors }) => errors.map(({ message }) => message).join(' / ');

// → the bundles of the work; the check fails if there are none
async function resultOf(bench, work) {
  const why = (await bench.hasSent()) ? 'The bundle does not name the work.' : 'No bundle came.';
  const bundles = await bench.bundles(work.id);
  demand(bundles.length > 0, `${why} ${said(work)}`.trim());
  return bundles;
}

// Checks that a request leads to a result that names its work.
async function demandResult(bench, how) {
  const work = await bench.ended(await bench.enrich(await bench.observable(), how));
  demand(sum(await resultOf(bench, work), 'imported') > 0, `Nothing of the bundle was imported. ${said(work)}`);
  demand(work.errors.length === 0, `The work has errors: ${said(work)}`);
}

// Checks that a request ends without a result.
async function demandNothing(bench, entity) {
  await bench.ended(await bench.enrich(entity));
  demand(!(await bench.hasSent()), 'A bundle came.');
}

export const work_checks = [
  {
    id: 'manual',
    wants: 'A manual request leads to a bundle that names its work, and the work is complete without errors.',
    source: 'opencti-graphql: domain/stixCoreObject.js, askElementEnrichmentForConnectors; opencti-worker: push_handler.py',
    run: (bench) => demandResult(bench, { mode: 'manual' }),
  },
  {
    id: 'automatic',
    wants: 'An automatic request leads to a bundle that names its work, and the work is complete without errors.',
    source: 'opencti-graphql: domain/enrichment.js, createEntityAutoEnrichment',
    async run(bench) {
      if (!(await bench.registration()).auto) throw new NotApplicable('It registers with auto: false, although CONNECTOR_AUTO is true.');
      await demandResult(bench, { mode: 'auto' });
    },
  },
  {
    id: 'report',
    wants: 'The work is reported as received, and as processed with a text for users.',
    source: 'opencti-graphql: domain/work.js, updateReceivedTime and updateProcessedTime',
    async run(bench) {
      const id = await bench.enrich(await bench.observable());
      await bench.ended(id);
      await bench.until('The work is not reported as processed', async () => (await bench.work(id)).processed_time);
      const { received_time: received, processed_time: processed, messages, errors } = await bench.work(id);
      demand(received, 'The work is reported as processed, never as received.');
      demand(received <= processed, `The work is received at ${received}, after it was processed at ${processed}.`);
      demand(messages.length + errors.length > 0, 'The reports have no message.');
    },
  },
  {
    id: 'expectations',
    wants: 'The exact number of objects is announced on the work before the first one is sent.',
    source: 'opencti-graphql: domain/work.js, updateExpectationsNumber: a work is complete when all expected objects are processed',
    async run(bench) {
      await bench.hold(['addExpectations']);
      const id = await bench.enrich(await bench.observable());
      const complete = async () => (await bench.work(id)).status === 'complete';
      await bench.until('It neither announces objects nor completes the work', async () => (await bench.isHolding()) || complete());
      const held = await bench.isHolding();
      // By now, all bundles sent so far have arrived.
      await bench.sent();
      const early = held ? sum(await bench.bundles(id), 'imported') : 0;
      demand(early === 0, `Objects that were sent before they were announced: ${early}.`);
      await bench.calm();
      const work = await bench.ended(id);
      const imported = sum(await resultOf(bench, work), 'imported');
      demand(work.expected_number === imported, `Announced objects: ${work.expected_number}; imported: ${imported}.`);
    },
  },
  {
    id: 'draft',
    wants: 'The object of a request in a draft is read in the draft, and the bundle names the draft.',
    source: 'opencti-graphql: http/httpAuthenticatedContext.js, opencti-draft-id; opencti-worker: push_handler.py, draft_id',
    async run(bench) {
      const { id: draft } = await bench.control.post('drafts');
      const work = await bench.ended(await bench.enrich(await bench.observable({ draft }), { draft_id: draft }));
      const wrong = (await resultOf(bench, work)).find(({ draft_id: named }) => named !== draft);
      demand(!wrong, `A bundle names ${wrong?.draft_id ? 'another draft' : 'no draft'}: it becomes visible to everybody.`);
    },
  },
  {
    id: 'scope',
    wants: 'A request about a type that is not in its scope ends its work without a bundle.',
    source: 'opencti-graphql: domain/enrichment.js, filterConnectorsForElementEnrichment: requests from before a change of the scope are still delivered',
    run: async (bench) => demandNothing(bench, await bench.foreign()),
  },
  {
    id: 'tlp',
    wants: 'An object marked above CONNECTOR_MAX_TLP (here TLP:RED above TLP:AMBER) ends its work without a bundle.',
    source: 'connectors of OpenCTI since 7.261014: CONNECTOR_MAX_TLP, whose default is TLP:AMBER',
    run: async (bench) => demandNothing(bench, await bench.observable({ tlp: 'TLP:RED' })),
  },
  {
    id: 'unknown',
    wants: 'A value that its source does not know ends its work without an error.',
    source: 'opencti-graphql: domain/work.js, updateProcessedTime: analysts see a work with an error as a failure',
    async run(bench) {
      const { unknown } = bench.settings;
      if (!unknown) throw new NotApplicable('Name a value that its source does not know: --unknown VALUE.');
      const work = await bench.ended(await bench.enrich(await bench.observable({ value: unknown })));
      demand(work.errors.length === 0, `The work has errors: ${said(work)}`);
    },
  },
  {
    id: 'gone',
    wants: 'A request about an object that was deleted meanwhile ends its work, possibly with an error.',
    source: 'opencti-graphql: domain/stixCoreObject.js: an object that does not exist is null',
    async run(bench) {
      await bench.hold();
      const entity = await bench.observable();
      const id = await bench.enrich(entity);
      await bench.untilHeld();
      await bench.control.delete(`entities/${entity}`);
      await bench.calm();
      await bench.ended(id);
    },
  },
];
