#!/usr/bin/env node
// Simulates the lookup API of the Kaspersky Threat Intelligence Portal. See ../README.md.
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Faults, Held, faultRoutes } from '../lib/faults.mjs';
import { readOptions } from '../lib/options.mjs';
import { Recent } from '../lib/recent.mjs';
import { Rejection, Router } from '../lib/router.mjs';
import { send, serve, splitTarget } from '../lib/server.mjs';
import { common_kinds, deliver } from '../lib/spoil.mjs';
import { lookups } from './lookups.mjs';
import { Samples } from './samples.mjs';
import { Service } from './service.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const options = readOptions('Usage: tip.mjs --token TOKEN [options]\nAnswers lookups from samples, and simulates faults on request.', {
  port: { value: 0, help: 'port on 127.0.0.1; 0 means a free port' },
  token: { value: '', required: true, help: 'the only API token that is accepted' },
  samples: { value: path.join(here, '../../samples'), help: 'folder with <type>/<case>/answer.json' },
  'base-path': { value: '', help: 'path in front of /api' },
  keep: { value: 20_000, help: 'number of requests to keep' },
  verbose: { value: false, help: 'print each request on stderr' },
});

const samples = Samples.fromDirectory(options.samples);
const service = new Service({ samples, token: options.token, basePath: options['base-path'] });
const faults = new Faults(common_kinds, (fault, target) => target.includes(fault.match ?? ''));
const held = new Held();
const requests = new Recent(options.keep);

const control = new Router({
  ...faultRoutes(faults, held),
  'GET /control/requests': () => requests.newest(),
  'GET /control/state': () => ({ held: held.list(), faults: faults.list(), license: service.license }),
  'POST /control/samples': ({ body: { type = 'hash', answers, names } }) => {
    if (!Object.hasOwn(lookups, type)) throw new Rejection(400, `there are no lookups of type "${type}"`);
    if (!Array.isArray(answers)) throw new Rejection(400, '"answers" must be a list');
    return { keys: answers.flatMap((answer) => samples.add(type, answer, names)) };
  },
  'POST /control/all_files': ({ body: { like, changing = false } }) => {
    if (typeof like !== 'string' || !samples.find('hash', like)) throw new Rejection(400, '"like" is not a hash of a sample');
    samples.answerAllFilesAs(like, { changing });
  },
  'POST /control/license': ({ body }) => Object.assign(service.license, body),
});

async function handle(request, response) {
  if (request.url.startsWith('/control/')) return send(response, await control.answer(request));

  const { path: target, query } = splitTarget(request.url);
  const { authorization } = request.headers;
  const entry = {
    method: request.method,
    path: target,
    query: request.url.slice(target.length + 1),
    authorization: authorization !== undefined,
    user_agent: request.headers['user-agent'] ?? null,
    port: request.socket.remotePort ?? null,
    time: new Date().toISOString(),
    ended: null,
    status: null,
  };
  requests.add(entry);
  response.on('close', () => {
    entry.ended = new Date().toISOString();
    entry.status = response.headersSent ? response.statusCode : null;
  });

  const { wait, fault } = faults.take(request.url);
  if (wait > 0) await after(wait);
  const answer = service.answer({ method: request.method, path: target, query, authorization });
  return deliver({ response, answer, fault, held, description: { path: target } });
}

serve({ port: options.port, verbose: options.verbose, handle });
