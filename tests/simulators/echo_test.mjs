import assert from 'node:assert/strict';
import test from 'node:test';
import { Enrichments } from '../../simulators/opencti/enrichments.mjs';
import { knowledge } from './support.mjs';

const url = { type: 'url', id: 'url--1', value: 'http://malware.example.com/' };

function platform({ auto = true } = {}) {
  const published = [];
  const broker = { publish: async (exchange, routing, body) => published.push(JSON.parse(body)) };
  const connector = { id: 'c1', auto, connector_scope: ['URL'], config: {} };
  const parts = knowledge({ onCreated: (entity, user) => enrichments.created(entity, user) });
  const enrichments = new Enrichments({ broker, works: parts.works, connectors: { all: () => [connector] } });
  return { ...parts, published };
}

test('a new observable of the scope is asked about in the name of its applicant', async () => {
  const { works, published, send } = platform();
  await send([url]);
  assert.deepEqual(published.map(({ internal }) => [internal.mode, internal.trigger, internal.applicant_id]), [['auto', 'create', null]]);
  assert.equal(works.get(published[0].internal.work_id).user.id, 'u');
  await send([url]);
  assert.equal(published.length, 1, 'an object is new only once');
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
