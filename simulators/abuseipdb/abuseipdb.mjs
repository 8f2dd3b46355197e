#!/usr/bin/env node
// Simulates the check endpoint of AbuseIPDB's API, version 2. See ../README.md.
import { isIP } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { Faults, Held, faultRoutes } from '../lib/faults.mjs';
import { readOptions } from '../lib/options.mjs';
import { Recent } from '../lib/recent.mjs';
import { Rejection, Router } from '../lib/router.mjs';
import { json, send, serve, splitTarget } from '../lib/server.mjs';
import { common_kinds, deliver } from '../lib/spoil.mjs';

const options = readOptions('Usage: abuseipdb.mjs --key KEY [options]\nAnswers checks of addresses, and simulates faults on request.', {
  port: { value: 0, help: 'port on 127.0.0.1; 0 means a free port' },
  key: { value: '', required: true, help: 'the only API key that is accepted' },
  keep: { value: 20_000, help: 'number of requests to keep' },
  verbose: { value: false, help: 'print each request on stderr' },
});

const nothing_reported = {
  isPublic: true,
  isWhitelisted: null,
  abuseConfidenceScore: 0,
  countryCode: null,
  usageType: null,
  isp: null,
  domain: null,
  hostnames: [],
  isTor: false,
  totalReports: 0,
  numDistinctUsers: 0,
  lastReportedAt: null,
};
const reported = new Map();
const faults = new Faults(common_kinds, (fault, target) => target.includes(fault.match ?? ''));
const held = new Held();
const requests = new Recent(options.keep);

const control = new Router({
  ...faultRoutes(faults, held),
  'GET /control/requests': () => requests.newest(),
  'GET /control/state': () => ({ held: held.list(), faults: faults.list() }),
  'POST /control/addresses': ({ body }) => {
    if (isIP(body.ipAddress ?? '') === 0) throw new Rejection(400, '"ipAddress" must be an address');
    reported.set(body.ipAddress, body);
  },
});

const refuse = (status, detail) => json(status, { errors: [{ detail, status }] });

function check({ method, path, query, key }) {
  if (path !== '/api/v2/check') return refuse(404, 'The requested endpoint does not exist.');
  if (method !== 'GET') return refuse(405, 'The method is not supported.');
  if (key !== options.key) return refuse(401, 'Authentication failed. Your API key is either missing, incorrect, or revoked.');
  const ipAddress = query.get('ipAddress') ?? '';
  const days = query.get('maxAgeInDays') ?? '30';
  if (isIP(ipAddress) === 0) return refuse(422, 'The ip address must be a valid IPv4 or IPv6 address.');
  if (!/^\d+$/.test(days) || Number(days) < 1 || Number(days) > 365) return refuse(422, 'The max age in days must be from 1 to 365.');
  return json(200, { data: { ipAddress, ipVersion: isIP(ipAddress), ...nothing_reported, ...reported.get(ipAddress) } });
}

async function handle(request, response) {
  if (request.url.startsWith('/control/')) return send(response, await control.answer(request));
  const { path, query } = splitTarget(request.url);
  const { key } = request.headers;
  requests.add({ method: request.method, path, query: Object.fromEntries(query), key: key !== undefined, user_agent: request.headers['user-agent'] ?? null });
  const { wait, fault } = faults.take(request.url);
  if (wait > 0) await after(wait);
  return deliver({ response, answer: check({ method: request.method, path, query, key }), fault, held, description: { path } });
}

serve({ port: options.port, verbose: options.verbose, handle });
