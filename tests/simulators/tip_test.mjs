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

test('all files can be made known, each with hashes of its own', async (t) => {
  const tip = await startTip(t);
  await assert.rejects(tip.control('all_files', { like: '00'.repeat(16) }), /not a hash of a sample/);
  await tip.control('all_files', { like: md5 });
  const asked = 'ab'.repeat(32);
  const ask = async (hash) => (await (await tip.get(`/api/hash/${hash}`)).json()).FileGeneralInfo;
  const { Md5, Sha256 } = await ask(asked);
  assert.equal(Sha256, asked.toUpperCase());
  assert.equal((await ask(asked)).Md5, Md5, 'the answer is the same each time');
  assert.notEqual((await ask('cd'.repeat(32))).Md5, Md5);
  assert.equal((await ask(md5)).Sha256, sha256, 'samples stay');
});

test('all files can be known with answers that change each time', async (t) => {
  const tip = await startTip(t);
  await tip.control('all_files', { like: md5, changing: true });
  const size = async () => (await (await tip.get(`/api/hash/${'ab'.repeat(32)}`)).json()).FileGeneralInfo.Size;
  const first = await size();
  assert.equal(await size(), first + 1);
});

test('a request that the service does not know or understand gets its status', async (t) => {
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

// Looks `text` up, percent-encoded as one path segment.
const lookUp = (tip, kind, text, query = '') => tip.get(`/api/${kind}/${encodeURIComponent(text)}${query}`);

test('addresses, domains and web addresses are found by what their answers are about', async (t) => {
  const tip = await startTip(t);
  const add = (type, ...answers) => tip.control('samples', { type, answers });
  await add('ip', { Zone: 'Red', IpGeneralInfo: { Ip: '192.0.2.99' } }, { Zone: 'Grey', IpGeneralInfo: { Ip: '2001:db8::99' } });
  await add('domain', { Zone: 'Orange', DomainGeneralInfo: { Domain: 'Known.Example' } });
  await add('url', { Zone: 'Yellow', UrlGeneralInfo: { Url: 'known.example/A%2Fb?q=1' } });
  const zone = async (kind, text) => (await (await lookUp(tip, kind, text, '?sections=Zone')).json()).Zone;
  assert.equal(await zone('ip', '192.0.2.99'), 'Red');
  assert.equal(await zone('ip', '2001:0DB8:0:0:0:0:0:99'), 'Grey');
  assert.equal(await zone('domain', 'KNOWN.example'), 'Orange');
  await add('domain', { Zone: 'Green', DomainGeneralInfo: { Domain: 'xn--bcher-kva.example' } });
  await add('url', { Zone: 'Grey', UrlGeneralInfo: { Url: 'b\u00fccher.example/stra\u00dfe' } });
  assert.equal(await zone('domain', 'B\u00fccher.example'), 'Green');
  assert.equal(await zone('url', 'http://xn--bcher-kva.example/stra\u00dfe'), 'Grey');
  for (const url of [
    'known.example/A%2Fb?q=1',
    'http://known.example/A%2Fb?q=1',
    'HTTPS://user:word@www.KNOWN.example:8443/A%2Fb?q=1#part',
    'http://known.example./A%2Fb?q=1/',
  ]) assert.equal(await zone('url', url), 'Yellow', url);
  for (const other of ['http://known.example/a%2Fb?q=1', 'http://known.example/A/b?q=1', 'http://known.example/A%2Fb']) {
    assert.equal((await lookUp(tip, 'url', other)).status, 404, other);
  }
});

test('an answer that does not name its object can be given names', async (t) => {
  const tip = await startTip(t);
  const { keys } = await tip.control('samples', {
    type: 'domain', answers: [{ Zone: null, DomainGeneralInfo: { Domain: null } }], names: ['Silent.example', 7, 'not a domain'],
  });
  assert.deepEqual(keys, ['silent.example']);
  assert.equal((await lookUp(tip, 'domain', 'silent.example')).status, 200);
});

test('each kind has its own sections, and count leaves those that are not lists whole', async (t) => {
  const tip = await startTip(t);
  const answer = {
    IpGeneralInfo: { Ip: '192.0.2.99' }, IpWhoIs: { Asn: [{ Number: 1 }, { Number: 2 }] }, HostedUrls: [{}, {}, {}], New: [1, 2, 3],
  };
  await tip.control('samples', { type: 'ip', answers: [answer] });
  const { IpWhoIs: owner, HostedUrls: urls, ...others } = await (
    await tip.get('/api/ip/192.0.2.99?sections=IpWhoIs,HostedUrls&count=2')
  ).json();
  assert.equal(owner.Asn.length, 2);
  assert.equal(urls.length, 2);
  assert.deepEqual(others, {});
  assert.equal((await tip.get('/api/ip/192.0.2.99?sections=DomainDnsResolutions')).status, 400);
  assert.equal((await (await tip.get('/api/ip/192.0.2.99?count=1')).json()).New.length, 1, 'all of them without sections');
});

test('an object that is not one well-encoded segment of the path is rejected', async (t) => {
  const tip = await startTip(t);
  const known = 'http://known.example/a?b=1';
  await tip.control('samples', { type: 'url', answers: [{ UrlGeneralInfo: { Url: known } }] });
  const status = (target) => new Promise((resolve, reject) => {
    // Not with fetch, which would normalize the path first.
    const authorization = 'Bearer a-token';
    http.get(tip.url, { path: target, headers: { authorization } }, (response) => resolve(response.resume().statusCode))
      .on('error', reject);
  });
  assert.equal(await status(`/api/url/${encodeURIComponent(known)}`), 200);
  assert.equal(await status(`/api/url/${known}`), 404);
  assert.equal(await status('/api/url/known.example%2Fa?b=1'), 400);
  assert.equal(await status('/api/url/known.example%252Fa%253Fb%253D1'), 400, 'decoded once, the host is "known.example%2Fa…"');
  for (const name of ['', '..', '.', '%2E%2E', '..%2Fa', 'known.example%2Fa"', 'a%', '%ff', 'known.example%0D%0Aa', 'http%3A%2F%2F']) {
    assert.ok([400, 404].includes(await status(`/api/url/${name}`)), name);
  }
  assert.equal(await status('/api/url'), 404);
  assert.equal(await status('/api/url/../hash/x'), 404);
  for (const address of ['192.0.2.256', '192.0.2', 'http:%2F%2F192.0.2.1', 'fe80::1%25eth0', '192.0.2.1%2F24']) {
    assert.equal(await status(`/api/ip/${address}`), 400, address);
  }
  for (const domain of ['localhost', '192.0.2.1', 'a..example', 'known.example.', 'a%20b.example', 'known.example:80']) {
    assert.equal(await status(`/api/domain/${domain}`), 400, domain);
  }
});

test('a web address of more than 2,000 characters is too long', async (t) => {
  const tip = await startTip(t);
  const long = (length) => `http://known.example/${'/'.repeat(length)}`.slice(0, length);
  assert.equal((await lookUp(tip, 'url', long(2000))).status, 404);
  assert.equal((await lookUp(tip, 'url', long(2001))).status, 414);
});

test('faults apply once each in order, and only to the requests they are meant for', async (t) => {
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
  await assert.rejects(tip.control('faults', { kind: 'gremlin' }), /not a kind of fault/);
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
  assert.ok(Date.now() - begun >= 250, 'the body was slow');
});

test('latency goes with any other fault', async (t) => {
  const tip = await startTip(t);
  await tip.control('faults', { kind: 'latency', ms: 200 });
  await tip.control('faults', { kind: 'status', status: 500, times: 1 });
  const begun = Date.now();
  assert.equal((await tip.get(`/api/hash/${md5}`)).status, 500);
  assert.ok(Date.now() - begun >= 190, 'the answer was late');
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

test('every request is recorded, without its token', async (t) => {
  const tip = await startTip(t);
  await (await tip.get(`/api/hash/${md5}?sections=Zone`, { 'user-agent': 'somebody/1', authorization: 'Bearer wrong' })).text();
  const [seen] = await until(async () => (await tip.control('requests')).filter(({ status }) => status !== null).length === 1
    && tip.control('requests'));
  assert.equal(seen.path, `/api/hash/${md5}`);
  assert.equal(seen.query, 'sections=Zone');
  assert.equal(seen.authorization, true);
  assert.equal(seen.user_agent, 'somebody/1');
  assert.equal(seen.status, 401);
  assert.ok(seen.port > 0 && seen.ended >= seen.time);
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
