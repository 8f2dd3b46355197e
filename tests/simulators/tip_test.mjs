import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';
import { startTip, until } from './support.mjs';

const md5 = 'bad0bad1bad2bad3bad4bad5bad6bad7';
const sha256 = 'BAD0BAD1BAD2BAD3BAD4BAD5BAD6BAD7BAD8BAD9BADABADBBADCBADDBADEBADF';

test('a known hash is answered by any of its hashes, in any case, with the sections that were asked for', async (t) => {
  const tip = await startTip(t);
  for (const hash of [md5, md5.toUpperCase(), sha256]) {
    const response = await tip.get(`/api/hash/${hash}?sections=Zone,FileGeneralInfo&format=json`);
    assert.equal(response.status, 200);
    const answer = await response.json();
    assert.deepEqual(Object.keys(answer), ['Zone', 'FileGeneralInfo']);
    assert.equal(answer.FileGeneralInfo.Sha256, sha256);
  }
});

test('without sections everything comes, and count shortens lists except the detections', async (t) => {
  const tip = await startTip(t);
  const answer = await (await tip.get(`/api/hash/${md5}?count=1`)).json();
  assert.equal(answer.FileNames.length, 1);
  assert.equal(answer.DetectionsInfo.length, 2);
  assert.equal(answer.RelatedObjects.HasRedZone, true);
});

test('each paid lookup is counted in the answer', async (t) => {
  const tip = await startTip(t);
  const requestsToday = async () => (
    await (await tip.get(`/api/hash/${md5}?sections=LicenseInfo`)).json()
  ).LicenseInfo.DayRequests;
  assert.equal(await requestsToday(), 1);
  assert.equal(await requestsToday(), 2);
  await tip.control('license', { DayRequests: 1999 });
  assert.equal(await requestsToday(), 2000);
});

test('what the service does not know or understand gets its status', async (t) => {
  const tip = await startTip(t);
  const status = async (target, headers) => (await tip.get(target, headers)).status;
  assert.equal(await status(`/api/hash/${'00'.repeat(16)}`), 404);
  assert.equal(await status('/api/hash/rubbish'), 400);
  assert.equal(await status('/api/hash/%zz'), 400);
  assert.equal(await status(`/api/hash/${md5}?sections=zone`), 400);
  assert.equal(await status(`/api/hash/${md5}?count=0`), 400);
  assert.equal(await status(`/api/hash/${md5}?colour=red`), 400);
  assert.equal(await status(`/api/certificate/${md5}`), 404);
  assert.equal(await status(`/api/hash/${md5}`, {}), 401);
  assert.equal(await status(`/api/hash/${md5}`, { authorization: 'Bearer other' }), 401);
});

test('answers can be added while it runs', async (t) => {
  const tip = await startTip(t, '--base-path', '/kl/');
  await tip.control('samples', { type: 'hash', answers: [{ Zone: 'Grey', FileGeneralInfo: { Md5: 'AB'.repeat(16) } }] });
  assert.deepEqual(await (await tip.get(`/kl/api/hash/${'ab'.repeat(16)}?sections=Zone`)).json(), { Zone: 'Grey' });
});

test('faults are used up in order, and only for the requests they are meant for', async (t) => {
  const tip = await startTip(t);
  await tip.control('faults', { kind: 'status', status: 429, retry_after: 7, times: 1, match: md5 });
  await tip.control('faults', { kind: 'status', status: 503, body: { message: 'busy' }, times: 1 });
  await tip.control('faults', { kind: 'not_json', times: 1 });
  await tip.control('faults', { kind: 'wrong_shape', body: { Zone: [] }, times: 1 });

  assert.equal((await tip.get(`/api/hash/${sha256}`)).status, 503);
  const limited = await tip.get(`/api/hash/${md5}`);
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get('retry-after'), '7');
  assert.match(await limited.text(), /<html>/);
  assert.match(await (await tip.get(`/api/hash/${md5}`)).text(), /^<html>/);
  assert.deepEqual(await (await tip.get(`/api/hash/${md5}`)).json(), { Zone: [] });
  assert.equal((await tip.get(`/api/hash/${md5}`)).status, 200);
  assert.deepEqual(await tip.control('faults'), []);
  await assert.rejects(tip.control('faults', { kind: 'gremlin' }), /no kind of fault/);
});

test('a connection can be reset before and after the headers', async (t) => {
  const tip = await startTip(t);
  await tip.control('faults', { kind: 'reset', times: 1 });
  await assert.rejects(tip.get(`/api/hash/${md5}`));
  await tip.control('faults', { kind: 'reset', when: 'headers', times: 1 });
  const response = await tip.get(`/api/hash/${md5}`);
  assert.equal(response.status, 200);
  await assert.rejects(response.text());
});

test('a body can be cut short, with and without admitting it', async (t) => {
  const tip = await startTip(t);
  await tip.control('faults', { kind: 'cut', times: 1 });
  await assert.rejects((await tip.get(`/api/hash/${md5}`)).json(), SyntaxError);
  await tip.control('faults', { kind: 'cut', length: 'long', times: 1 });
  await assert.rejects((await tip.get(`/api/hash/${md5}`)).text(), (error) => !(error instanceof SyntaxError));
});

test('a body can be huge, deeply nested or slow', async (t) => {
  const tip = await startTip(t);
  for (const chunked of [false, true]) {
    await tip.control('faults', { kind: 'huge', bytes: 1_000_000, chunked, times: 1 });
    const huge = await (await tip.get(`/api/hash/${md5}`)).text();
    assert.equal(huge.length, 1_000_000);
    JSON.parse(huge);
  }
  await tip.control('faults', { kind: 'deep', depth: 70, times: 1 });
  assert.match(await (await tip.get(`/api/hash/${md5}`)).text(), /^({"a":){70}1}{70}$/);

  await tip.control('faults', { kind: 'slow_body', ms: 300, times: 1 });
  const begun = Date.now();
  assert.equal((await (await tip.get(`/api/hash/${md5}`)).json()).Zone, 'Red');
  assert.ok(Date.now() - begun >= 250, 'it took its time');
});

test('latency goes with any other fault', async (t) => {
  const tip = await startTip(t);
  await tip.control('faults', { kind: 'latency', ms: 200 });
  await tip.control('faults', { kind: 'status', status: 500, times: 1 });
  const begun = Date.now();
  assert.equal((await tip.get(`/api/hash/${md5}`)).status, 500);
  assert.ok(Date.now() - begun >= 190, 'it took its time');
});

test('an answer can be held until it is released', async (t) => {
  const tip = await startTip(t);
  await tip.control('faults', { kind: 'hold', times: 1 });
  const response = tip.get(`/api/hash/${md5}`);
  await until(async () => (await tip.control('state')).held.length === 1);
  assert.deepEqual(await tip.control('release', {}), { released: 1 });
  assert.equal((await response).status, 200);
});

test('a hanging request is accepted and never answered', async (t) => {
  const tip = await startTip(t);
  await tip.control('faults', { kind: 'hang', times: 1 });
  const request = http.get(`${tip.url}/api/hash/${md5}`);
  request.on('response', () => assert.fail('it answered'));
  await until(async () => (await tip.control('requests')).length === 1);
  const gone = new Promise((resolve) => request.on('error', resolve));
  request.destroy(new Error('enough'));
  await gone;
});

test('every request is remembered, without its token', async (t) => {
  const tip = await startTip(t);
  await (await tip.get(`/api/hash/${md5}?sections=Zone`, { 'user-agent': 'somebody/1', authorization: 'Bearer wrong' })).text();
  const [seen] = await until(async () => (await tip.control('requests')).filter(({ status }) => status !== null).length === 1
    && tip.control('requests'));
  assert.equal(seen.path, `/api/hash/${md5}`);
  assert.equal(seen.query, 'sections=Zone');
  assert.equal(seen.authorization, true);
  assert.equal(seen.user_agent, 'somebody/1');
  assert.equal(seen.status, 401);
  assert.doesNotMatch(JSON.stringify(seen), /wrong/);
});

test('it ends with code 0 on SIGTERM, even with a request under way', async (t) => {
  const tip = await startTip(t);
  await tip.control('faults', { kind: 'hang' });
  tip.get(`/api/hash/${md5}`).catch(() => {});
  await until(async () => (await tip.control('requests')).length === 1);
  tip.child.kill('SIGTERM');
  assert.deepEqual(await tip.exited, [0, null]);
});
