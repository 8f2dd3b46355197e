import assert from 'node:assert/strict';
import test from 'node:test';
import { Works } from '../../simulators/opencti/works.mjs';

const user = { id: 'u', name: 'someone' };
const create = (works, connectorId = 'c1') => works.create({ connectorId, name: 'Manual enrichment', user, sourceId: 'file--1' });
const report = (works, id, times) => Array(times).fill().forEach(() => works.reportExpectation(id, null));

test('a work waits, progresses when received, and is complete when all that is expected is reported', () => {
  const works = new Works();
  const work = create(works);
  assert.equal(work.status, 'wait');
  works.toReceived(work.id, 'hello');
  assert.equal(work.status, 'progress');
  works.addExpectations(work.id, 3);
  works.toProcessed(work.id, 'sent', false);
  assert.equal(work.status, 'progress');
  report(works, work.id, 2);
  assert.deepEqual({ ...works.tracking(work), import_last_processed: null }, {
    import_expected_number: 3, import_processed_number: 2, import_last_processed: null,
  });
  report(works, work.id, 1);
  assert.equal(work.status, 'complete');
  assert.equal(work.completed_number, 3);
  assert.deepEqual(work.messages.map(({ message }) => message), ['hello', 'sent']);
});

test('a work without expectations is complete as soon as it is processed', () => {
  const works = new Works();
  const work = create(works);
  works.toProcessed(work.id, 'nothing to add', false);
  assert.equal(work.status, 'complete');
  assert.equal(works.tracking(work).import_expected_number, 1);
  assert.equal(works.tracking(work).import_processed_number, 1);
  assert.equal(works.isAlive(work.id), true);
});

test('a work that is processed after its import is complete and no longer alive', () => {
  const works = new Works();
  const work = create(works);
  works.addExpectations(work.id, 1);
  report(works, work.id, 1);
  assert.equal(works.isAlive(work.id), true);
  works.toProcessed(work.id, 'sent', false);
  assert.equal(works.isAlive(work.id), false);
});

test('too high an expectation keeps a work in progress', () => {
  const works = new Works();
  const work = create(works);
  works.toReceived(work.id, 'hello');
  works.addExpectations(work.id, 5);
  works.toProcessed(work.id, 'sent', false);
  report(works, work.id, 2);
  assert.equal(work.status, 'progress');
});

test('receiving a complete work opens it again', () => {
  const works = new Works();
  const work = create(works);
  works.addExpectations(work.id, 1);
  report(works, work.id, 1);
  works.toProcessed(work.id, 'sent', false);
  works.toReceived(work.id, 'again');
  assert.equal(work.status, 'progress');
  assert.deepEqual(works.tracking(work), {
    import_expected_number: null, import_processed_number: null, import_last_processed: null,
  });
});

test('errors are kept apart from messages, a hundred at most from imports', () => {
  const works = new Works();
  const work = create(works);
  works.toProcessed(work.id, 'it failed', true);
  assert.deepEqual(work.errors.map(({ message }) => message), ['it failed']);
  for (let i = 0; i < 200; i += 1) works.reportExpectation(work.id, { message: `${i}`, source: null });
  assert.equal(work.errors.length, 100);
});

test('the tick closes the open works that are older than the one reported on last', () => {
  const works = new Works();
  const [older, waiting, reported, newer] = [create(works), create(works), create(works), create(works)];
  works.addExpectations(older.id, 6);
  report(works, older.id, 3);
  assert.deepEqual(works.closeOvertaken('c1'), [], 'the last report was about the oldest work');
  works.toReceived(reported.id, 'hello');
  works.addExpectations(reported.id, 2);
  report(works, reported.id, 1);

  assert.deepEqual(works.closeOvertaken('c1'), [older.id, waiting.id]);
  assert.equal(older.status, 'complete');
  assert.equal(older.completed_number, 3);
  assert.equal(works.isAlive(older.id), false);
  assert.equal(works.isAlive(waiting.id), false);
  assert.equal(reported.status, 'progress');
  assert.equal(newer.status, 'wait');
});

test('it can close them at each report', () => {
  const works = new Works();
  const [older, reported] = [create(works), create(works)];
  works.closesAtEachReport = true;
  report(works, older.id, 1);
  assert.equal(older.status, 'wait');
  report(works, reported.id, 1);
  assert.deepEqual([older.status, works.isAlive(older.id), works.isAlive(reported.id)], ['complete', false, true]);
});

test('calls for a closed work are accepted and do not make it alive again', () => {
  const works = new Works();
  const [older, reported] = [create(works), create(works)];
  report(works, reported.id, 1);
  works.closeOvertaken('c1');
  works.toReceived(older.id, 'late');
  works.addExpectations(older.id, 1);
  works.toProcessed(older.id, 'late', false);
  assert.equal(older.status, 'progress');
  assert.equal(works.isAlive(older.id), false);
});

test('a connector with an underscore in its id never has its works closed', () => {
  const works = new Works();
  const [older, reported] = [create(works, 'under_score'), create(works, 'under_score')];
  report(works, reported.id, 1);
  assert.deepEqual(works.closeOvertaken('under_score'), []);
  assert.equal(older.status, 'wait');
});

test('a work that is not there is accepted in silence', () => {
  const works = new Works();
  works.toReceived('work_none', 'hello');
  works.addExpectations('work_none', 3);
  works.toProcessed('work_none', 'bye', false);
  assert.equal(works.isAlive('work_none'), false);
});

test('a work that is closed before anything was processed has no number', () => {
  const works = new Works();
  const [older, reported] = [create(works), create(works)];
  works.addExpectations(older.id, 6);
  report(works, reported.id, 1);
  works.closeOvertaken('c1');
  assert.equal(older.completed_number, null);
  assert.deepEqual(works.tracking(older), { import_expected_number: 6, import_processed_number: null, import_last_processed: null });
});

// docs/compatibility.md, "Also seen", 3.
test('a report on a closed work is lost, and makes it the one reported on last', () => {
  const works = new Works();
  const [older, middle, reported] = [create(works), create(works), create(works)];
  report(works, reported.id, 1);
  works.closeOvertaken('c1');
  works.toReceived(middle.id, 'again');
  works.reportExpectation(older.id, { message: 'too late', source: null });
  assert.deepEqual(older.errors, []);
  assert.deepEqual(works.closeOvertaken('c1'), [], 'the oldest work is now the limit');
  works.toProcessed(older.id, 'said', true);
  assert.deepEqual(older.errors.map(({ message }) => message), ['said'], 'the text of toProcessed is kept');
});

// Protocol notes 15: PR 15900.
test('on newer platforms a closed work still counts imported objects', () => {
  const works = new Works({ closedAlive: true });
  const [older, reported] = [create(works), create(works)];
  works.addExpectations(older.id, 6);
  report(works, older.id, 3);
  report(works, reported.id, 1);
  assert.deepEqual(works.closeOvertaken('c1'), [older.id]);
  assert.equal(works.isAlive(older.id), true);
  report(works, older.id, 3);
  assert.deepEqual([older.status, older.completed_number], ['complete', 6]);
});

// Experiment 22, and domain/work.js: createWork.
test('works of one millisecond are one: the later request wins, figures stay', () => {
  const works = new Works({ colliding: true });
  const timestamp = '2026-11-29T20:00:00.123Z';
  const first = works.create({ connectorId: 'c1', name: 'first', user, sourceId: 'file--1', timestamp });
  works.addExpectations(first.id, 2);
  report(works, first.id, 1);
  const second = works.create({ connectorId: 'c1', name: 'second', user, sourceId: 'file--2', timestamp });
  assert.equal(second.id, 'work_c1_2026-11-29T20:00:00.123Z');
  assert.equal(works.all().length, 1);
  const { name, expected_number: expected } = works.get(first.id);
  assert.deepEqual([name, expected], ['second', 0]);
  assert.equal(works.tracking(second).import_expected_number, 2);
  works.toProcessed(second.id, 'done', false);
  assert.equal(second.status, 'complete');
});

test('only the newest works are kept', () => {
  const works = new Works({ keep: 3 });
  const ids = Array(5).fill().map(() => create(works).id);
  assert.equal(new Set(ids).size, 5);
  assert.deepEqual(works.all().map(({ id }) => id), ids.slice(2));
  assert.equal(works.isAlive(ids[0]), false);
});
