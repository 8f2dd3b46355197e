// Several workers, and what happens to them when works are closed (experiments 11 and 21).
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import { knowledge } from './support.mjs';

const address = (n) => ({ type: 'ipv4-addr', id: `ipv4-addr--${n}`, value: `198.51.100.${n}` });
const addresses = (from, count) => Array(count).fill().map((_, i) => address(from + i));

// Sends one bundle of `objects` per work, in order. → the promises
function sendAll({ works, newWork, send }, count, objects) {
  const made = Array(count).fill().map(() => newWork());
  return made.map((work, i) => {
    works.addExpectations(work.id, objects);
    return send(addresses(i * objects, objects), { work_id: work.id, no_split: true }).then(() => work);
  });
}

// Calls `then` after each report about a work.
function afterEachReport(works, then) {
  const report = works.reportExpectation.bind(works);
  works.reportExpectation = (...parameters) => {
    report(...parameters);
    then(parameters[0]);
  };
}

test('as many messages are imported at a time as there are workers', async () => {
  const parts = knowledge({ workers: 3 });
  const { works, worker } = parts;
  worker.objectMs = 5;
  let most = 0;
  afterEachReport(works, () => {
    const begun = works.all().filter((work) => work.status !== 'complete' && works.tracking(work).import_processed_number > 0);
    most = Math.max(most, begun.length);
  });
  await Promise.all(sendAll(parts, 5, 3));
  assert.deepEqual([worker.imported, most], [15, 3]);
});

test('with several workers the tick cuts older works short without a log line', async () => {
  const parts = knowledge({ workers: 2 });
  const { works, worker, store } = parts;
  worker.objectMs = 5;
  const sent = sendAll(parts, 2, 5);
  const [older, newer] = works.all();
  let closed = [];
  afterEachReport(works, (id) => {
    if (id === newer.id && closed.length === 0) closed = works.closeOvertaken('c1');
  });
  const [cut, whole] = await Promise.all(sent);
  assert.deepEqual(closed, [older.id]);
  assert.equal(cut.status, 'complete');
  assert.ok(cut.completed_number < 5, `${cut.completed_number} of 5`);
  assert.deepEqual([cut.errors, works.tracking(cut).import_expected_number], [[], 5]);
  assert.equal(whole.completed_number, 5);
  assert.equal(worker.dropped, 5 - (cut.completed_number ?? 0));
  assert.equal(store.count(), 10 - worker.dropped);
});

test('with one worker nothing is cut short when works are published in their order', async () => {
  const parts = knowledge();
  parts.worker.objectMs = 2;
  const sent = sendAll(parts, 5, 4);
  let open = true;
  const ticking = (async () => {
    for (; open; await after(1)) parts.works.closeOvertaken('c1');
  })();
  await Promise.all(sent);
  open = false;
  await ticking;
  assert.deepEqual([parts.worker.dropped, parts.store.count()], [0, 20]);
});

test('a message without a work is never dropped', async () => {
  const { send, store, newWork, works } = knowledge({ workers: 3 });
  const work = newWork();
  works.close(work);
  assert.equal((await send([address(1)], { work_id: work.id })).outcome, 'dropped');
  assert.equal((await send([address(2)])).outcome, 'imported');
  assert.equal(store.count(), 1);
});

test('pausing waits for all that are at work', async () => {
  const parts = knowledge({ workers: 3 });
  parts.worker.objectMs = 10;
  const sent = sendAll(parts, 5, 2);
  await parts.worker.pause();
  const { imported } = parts.worker;
  await after(40);
  assert.deepEqual([imported, parts.worker.imported], [6, 6], 'three messages are finished, and no other is begun');
  parts.worker.resume();
  await Promise.all(sent);
  assert.equal(parts.worker.imported, 10);
});

// Experiment 13.
test('a relationship waits a while for its ends if set, and is rejected then', async () => {
  const { send, worker, store } = knowledge({ workers: 2 });
  worker.retryMs = 30;
  const related = (target) => ({
    type: 'relationship', id: 'relationship--1', relationship_type: 'related-to', source_ref: 'ipv4-addr--1', target_ref: target,
  });
  const early = send([related('ipv4-addr--2')]);
  await send([address(1)]);
  await send([address(2)]);
  await early;
  assert.ok(store.find('relationship--1'));
  const refused = await send([related('ipv4-addr--3')]);
  assert.equal(refused.errors[0].name, 'MISSING_REFERENCE_ERROR');
});

// docs/compatibility.md, "Also seen", 2.
test('at a draft that is gone the worker leaves it, and the rest of the message goes live', async () => {
  const { send, store, newWork, works } = knowledge();
  const draft = store.openDraft();
  store.closeDraft(draft);
  const work = newWork();
  works.addExpectations(work.id, 3);
  const sent = await send(addresses(1, 3), { work_id: work.id, draft_id: draft, no_split: true });
  assert.deepEqual(sent.errors.map(({ name }) => name), ['DRAFT_LOCKED']);
  assert.deepEqual([work.status, work.completed_number, work.errors[0].source], ['complete', 3, 'Draft in read only']);
  assert.equal(store.count(), 2);
  const singly = newWork();
  await send(addresses(11, 3), { work_id: singly.id, draft_id: draft });
  assert.equal(store.count(), 2, 'of single messages, no object goes live');
  assert.equal(works.tracking(singly).import_expected_number, null);
});
