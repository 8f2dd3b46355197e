// How long indicators are valid (experiments 16 and 23).
import assert from 'node:assert/strict';
import test from 'node:test';
import { knowledge } from './support.mjs';

const day_ms = 24 * 3600 * 1000;
const today = `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`;
const daysFrom = (days, from = today) => new Date(Date.parse(from) + days * day_ms).toISOString();
const indicator = (type, more) => ({
  type: 'indicator', id: 'indicator--1', name: 'It', pattern: "[ipv4-addr:value = '198.51.100.1']", pattern_type: 'stix',
  x_opencti_main_observable_type: type, valid_from: today, x_opencti_score: 100, ...more,
});
const daysOf = ({ content }) => (Date.parse(content.valid_until) - Date.parse(content.valid_from)) / day_ms;

async function stored(...sent) {
  const parts = knowledge();
  for (const object of sent) await parts.send([object]);
  return { ...parts, entity: parts.store.find('indicator--1') };
}

test('how long it is valid follows from type and score, whatever is sent', async () => {
  const expected = [
    ['IPv4-Addr', 100, 32.5], ['Url', 80, 29.2], ['IPv6-Addr', 50, 20.2], ['Domain-Name', 100, 187.8], ['Domain-Name', 50, 102.6],
    ['StixFile', 100, 376.3], ['StixFile', 50, 290.4], ['Hostname', 100, 371.8], ['Hostname', 50, 274.8], ['IPv4-Addr', 20, 0], ['IPv4-Addr', 10, 0],
  ];
  for (const [type, score, days] of expected) {
    const { entity } = await stored(indicator(type, { x_opencti_score: score, valid_until: daysFrom(1000) }));
    assert.ok(Math.abs(daysOf(entity) - days) < 0.1, `${type} ${score}: ${daysOf(entity)}`);
    assert.deepEqual([entity.score, entity.content.revoked], [score, false]);
  }
  const { entity } = await stored(indicator(undefined, { x_opencti_score: undefined }));
  assert.equal(entity.score, 50);
});

test('one whose time is over comes revoked', async () => {
  const old = await stored(indicator('IPv4-Addr', { valid_from: daysFrom(-50) }));
  assert.deepEqual([old.entity.content.revoked, old.entity.score, Math.round(daysOf(old.entity))], [true, 100, 47]);
  const told = await stored(indicator('StixFile', { valid_from: daysFrom(-50), valid_until: daysFrom(-1) }));
  assert.equal(told.entity.content.revoked, true);
  assert.equal((await stored(indicator('StixFile', { valid_from: daysFrom(-50) }))).entity.content.revoked, false);
});

test('the score goes down at its points, and the indicator is revoked at 20', async () => {
  const { entity, store, events } = await stored(indicator('IPv4-Addr', { valid_from: daysFrom(-10) }));
  const run = (days) => store.decay(Date.parse(daysFrom(days)));
  assert.equal(run(-9), 0, 'not yet');
  const scores = [0, 30, 60].map((days) => [run(days), entity.score, entity.content.revoked]);
  assert.deepEqual(scores, [[1, 80, false], [1, 50, false], [1, 20, true]]);
  assert.equal(run(100), 0);
  assert.deepEqual(events.since(1).map(({ user_id: user }) => user), Array(3).fill('decay-manager'));
});

test('a low score is revoked at the next run', async () => {
  const { entity, store } = await stored(indicator('Domain-Name', { x_opencti_score: 10 }));
  assert.equal(store.decay(), 1);
  assert.deepEqual([entity.score, entity.content.revoked], [20, true]);
});

test('a score of nothing climbs before it goes down', async () => {
  const { entity, store } = await stored(indicator('Url', { x_opencti_score: 0 }));
  const scores = [1, 2, 3, 4].map(() => [store.decay(), entity.score, entity.content.revoked]);
  assert.deepEqual(scores, [[1, 80, false], [1, 50, false], [1, 20, true], [0, 20, true]]);
});

test('the same score again changes nothing, another one starts again', async () => {
  const { entity, store, send, told } = await stored(indicator('IPv4-Addr', { valid_from: daysFrom(-10) }));
  const tomorrow = indicator('IPv4-Addr', { valid_from: daysFrom(1) });
  const { valid_until: until } = entity.content;
  assert.deepEqual(await told(() => send([tomorrow])), []);
  store.decay();
  assert.deepEqual(await told(() => send([tomorrow])), [], 'the same score does not revive a decayed indicator, either');
  assert.equal(entity.score, 80);
  await send([indicator('IPv4-Addr', { x_opencti_score: 60 })]);
  assert.equal(entity.score, 60);
  assert.notEqual(entity.content.valid_until, until);
});

test('patterns are one whatever blanks they have', async () => {
  const { store } = await stored(indicator('IPv4-Addr'), indicator('IPv4-Addr', { id: 'indicator--2', name: 'Two', pattern: "[ipv4-addr:value='198.51.100.1']" }));
  assert.equal(store.find('indicator--2'), store.find('indicator--1'));
  assert.equal(store.find('indicator--1').content.name, 'Two');
});

test('indicators that the platform rejects', async () => {
  const refused = async (more) => (await knowledge().send([indicator('Url', more)])).errors[0];
  assert.equal((await refused({ valid_from: today, valid_until: daysFrom(-1) })).name, 'VALIDATION_ERROR');
  assert.match((await refused({ x_opencti_main_observable_type: 'No-Such' })).message, /Observable type No-Such is not supported/);
  assert.equal((await refused({ name: 'x' })).name, 'BAD_USER_INPUT');
  assert.equal((await refused({ x_opencti_score: 101 })).name, 'VALIDATION_ERROR');
});
