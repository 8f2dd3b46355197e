// Checks that nothing is lost, duplicated or left open if something fails.
import { setTimeout as after } from 'node:timers/promises';
import { enrichmentMessage } from '../messages.mjs';
import { demand } from './outcomes.mjs';

const unreadable = ['this is not JSON', '[]', '{"internal": {}, "event": {}}'];
const requests = 6;
const late_ms = 700;
const away_ms = 2000;
const acknowledgements = 'RabbitMQ: consumer acknowledgements; what is not acknowledged is delivered again';

// The message of a request that was made before.
async function messageOf(bench, workId, entity) {
  const { entity_type: type, id, object } = await bench.control.get(`entities/${entity}`);
  const shown = { standard_id: id, entity_type: type, toStix: () => object };
  return JSON.stringify(enrichmentMessage({ work: { id: workId }, entity: shown, mode: 'manual', trigger: 'update', draftId: null }));
}

const dropped = async (bench) => (await bench.control.get('state')).objects.dropped;

export const failure_checks = [
  {
    id: 'unreadable',
    wants: 'A message that cannot be read neither stops the connector nor stays in the queue.',
    source: 'RabbitMQ: consumer acknowledgements; what is requeued, or never acknowledged, comes again each time',
    async run(bench) {
      for (const body of [...unreadable, ...unreadable]) await bench.control.post('publish', { body });
      await bench.enriched(await bench.enrich(await bench.observable()));
      // The message of the last request may be in the queue again: its complete work does not mean that the message is acknowledged.
      await bench.kill();
      const { ready } = await bench.queue();
      demand(ready <= 1, `Messages that are in the queue again, after ${2 * unreadable.length} that cannot be read: ${ready}.`);
    },
  },
  {
    id: 'order',
    wants: 'Results are sent in the order of their works, so a platform that closes older works drops nothing.',
    source: 'opencti-graphql: manager/connectorManager.js: each minute, works older than the last one with a report are closed; workers drop the rest of their results',
    async run(bench) {
      await bench.control.post('tick', { each_report: true });
      // If the connector handles several requests at once, the first one can be answered last.
      await bench.delay(late_ms);
      const entity = await bench.observable();
      const before = await dropped(bench);
      const { work_ids: works } = await bench.control.post('enrich', { entity_id: entity, count: requests });
      const lost = async () => (await dropped(bench)) - before;
      const ended = ({ status, forced, processed_time: processed }) => status === 'complete' && (!forced || processed);
      for (const id of works) {
        const look = async () => ended(await bench.work(id)) || (await lost()) > 0;
        await bench.until('A work does not end with its result', look, () => bench.described(id));
      }
      await bench.enriched(await bench.enrich(entity));
      demand((await lost()) === 0, `Objects that were dropped because their works were already closed: ${await lost()}.`);
    },
  },
  {
    id: 'redelivery',
    wants: 'A message that is delivered twice leaves no work open.',
    source: `${acknowledgements}; opencti-graphql: domain/work.js, updateReceivedTime: a work that is received again is open again`,
    async run(bench) {
      const entity = await bench.observable();
      const id = await bench.enrich(entity);
      await bench.ended(id);
      await bench.control.post('publish', { body: await messageOf(bench, id, entity) });
      // When a later request is finished, the second delivery is finished, too.
      await bench.enriched(await bench.enrich(entity));
      await bench.ended(id);
    },
  },
  {
    id: 'crash',
    wants: 'A message in progress when the process is killed (SIGKILL) is delivered again, and its work is completed.',
    source: acknowledgements,
    async run(bench) {
      await bench.hold();
      const id = await bench.enrich(await bench.observable());
      await bench.untilHeld();
      await bench.kill();
      const { ready } = await bench.queue();
      demand(ready > 0, 'The message was acknowledged before anything was done about it: it is lost.');
      await bench.calm();
      await bench.ready();
      await bench.enriched(id);
    },
  },
  {
    id: 'stop',
    wants: 'On SIGTERM the connector ends in time; its messages are finished or back in the queue.',
    source: 'docker stop: SIGKILL follows after 10 s (--grace)',
    async run(bench) {
      await bench.hold();
      const { work_ids: works } = await bench.control.post('enrich', { entity_id: await bench.observable(), count: requests });
      await bench.untilHeld();
      await bench.terminate(() => bench.calm());
      const { ready } = await bench.queue();
      const left = (await Promise.all(works.map((id) => bench.work(id))))
        .filter(({ processed_time: processed, expected_number: expected }) => !processed && expected === 0);
      demand(left.length <= ready, `${left.length - ready} of ${requests} requests are neither finished nor in the queue.`);
      await bench.ready();
      for (const id of works) await bench.ended(id);
    },
  },
  {
    id: 'platform-away',
    wants: 'A request during some seconds in which the platform is unreachable is answered afterwards.',
    source: 'Restarts of the platform: RabbitMQ keeps running, and delivers messages',
    async run(bench) {
      const entity = await bench.observable();
      const failed = async () => (await bench.control.get('requests?last=50')).filter(({ status }) => status === null).length;
      const before = await failed();
      await bench.control.post('faults', { kind: 'reset' });
      const id = await bench.enrich(entity);
      await bench.until('It does not ask the platform about the request', async () => (await failed()) > before);
      await after(away_ms);
      await bench.calm();
      await bench.enriched(id);
    },
  },
];
