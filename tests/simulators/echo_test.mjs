import assert from 'node:assert/strict';
import test from 'node:test';
import { Enrichments } from '../../simulators/opencti/enrichments.mjs';
import { Store } from '../../simulators/opencti/store.mjs';
import { Worker } from '../../simulators/opencti/worker.mjs';
import { Works } from '../../simulators/opencti/works.mjs';

const url = { type: 'url', id: 'url--1', value: 'http://malware.example.com/' };

function platform({ auto = true } = {}) {
  const works = new Works();
  const store = new Store();
  const published = [];
  const broker = { publish: async (exchange, routing, body) => published.push(JSON.parse(body)) };
  const connector = { id: 'c1', auto, connector_scope: ['URL'], config: {} };
  const enrichments = new Enrichments({ broker, works, connectors: { all: () => [connector] } });
  const onCreated = (entity, userId) => enrichments.created(entity, { id: userId, name: userId });
  const worker = new Worker({ store, works, onCreated });
  const send = (objects, more = {}) => {
    const content = Buffer.from(JSON.stringify({ type: 'bundle', objects })).toString('base64');
    const body = Buffer.from(JSON.stringify({ applicant_id: 'u1', content, no_split: true, ...more }));
    return worker.receive({ body, wanted: () => true, ack: () => {} });
  };
  return { works, store, published, send };
}

test('a new observable of the scope is asked about in the name of its applicant', async () => {
  const { works, published, send } = platform();
  await send([url]);
  assert.deepEqual(published.map(({ internal }) => [internal.mode, internal.trigger, internal.applicant_id]), [['auto', 'create', null]]);
  assert.equal(works.get(published[0].internal.work_id).user.id, 'u1');
  await send([url]);
  assert.equal(published.length, 1, 'it is new only once');
});

test('nothing is asked about other types, in drafts, or of a connector that is not automatic', async () => {
  const other = platform();
  await other.send([{ type: 'domain-name', id: 'domain-name--1', value: 'a.example' }]);
  const draft = platform();
  await draft.send([url], { draft_id: draft.store.openDraft() });
  const manual = platform({ auto: false });
  await manual.send([url]);
  assert.deepEqual([other, draft, manual].map(({ published }) => published.length), [0, 0, 0]);
});
