#!/usr/bin/env node
// Simulates the OpenCTI platform as an enrichment connector sees it, together with its worker. See ../README.md.
import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { Faults, Held } from '../lib/faults.mjs';
import { readOptions } from '../lib/options.mjs';
import { Recent } from '../lib/recent.mjs';
import { html, json, send, serve, splitTarget } from '../lib/server.mjs';
import { common_kinds, deliver } from '../lib/spoil.mjs';
import { Broker } from './broker.mjs';
import { Callbacks } from './callbacks.mjs';
import { Connectors } from './connectors.mjs';
import { controlRouter } from './control.mjs';
import { Enrichments } from './enrichments.mjs';
import { Endpoint } from './endpoint.mjs';
import { Events } from './events.mjs';
import { Keys } from './keys.mjs';
import { operations } from './operations.mjs';
import { page } from './page.mjs';
import { platformLike, platforms } from './platforms.mjs';
import { Playbooks } from './playbooks.mjs';
import { Pushes } from './pushes.mjs';
import { PushQueues } from './push_queues.mjs';
import { Reading } from './reading.mjs';
import { Api } from './schema.mjs';
import { Store } from './store.mjs';
import { Users, administrator, connector_role } from './users.mjs';
import { Workbenches } from './workbenches.mjs';
import { Worker } from './worker.mjs';
import { Works } from './works.mjs';

const broker_patience_ms = 10_000;
// These kinds of faults need the correct answer, so they happen after the effect; with the others there is no effect.
const after_the_effect = new Set(['hold', 'slow_body', 'cut']);

const options = readOptions('Usage: opencti.mjs --token TOKEN [options]\nSimulates an OpenCTI platform and its worker.', {
  port: { value: 0, help: 'port on 127.0.0.1; 0 means a free port' },
  token: { value: '', required: true, help: "the token of the connector's user" },
  amqp: { value: '', help: 'broker, amqp://user:pass@host:port/vhost; if empty, there are no messages' },
  like: { value: '7.260318', choices: Object.keys(platforms), help: 'the platform to simulate' },
  version: { value: '', help: 'version that the platform reports; if empty, its own' },
  'tick-ms': { value: 60_000, help: 'time between runs of the connector manager' },
  'connector-user-id': { value: 'c0000000-0000-4000-8000-000000000001', help: "id of the token's user" },
  capabilities: { value: connector_role.join(','), help: "rights of the token's user" },
  'max-confidence': { value: 100, help: "highest confidence of the token's user" },
  'max-markings': { value: '', help: "strictest levels that the token's user may see, such as TLP:AMBER,PAP:GREEN; if empty, all" },
  workers: { value: 1, help: 'number of workers, which import concurrently' },
  'colliding-works': { value: false, help: 'works that are created within one millisecond are one work' },
  'platform-organisation': { value: '', help: 'name of the platform organisation, which separates data by organisation; if empty, there is none' },
  'no-echo': { value: false, help: 'send automatic connectors no requests for observables that imports create or change' },
  community: { value: false, help: 'simulate the community edition, which has no playbooks' },
  s3: { value: '', help: "the platform's object storage, http://access:secret@host:port/bucket?region" },
  'queue-prefix': { value: '', help: 'prefix of the names of queues and exchanges' },
  'queue-type': { value: 'classic', choices: ['classic', 'quorum'], help: 'type of all queues' },
  schema: { value: '', help: "file with a platform's complete GraphQL schema; if empty, the part that this project needs" },
  'new-fields': { value: false, help: 'accept version and slug in the registration, on every platform' },
  'no-introspection': { value: false, help: 'reject queries for types' },
  'callback-ca': { value: '', help: 'file with the CA certificates for callbacks' },
  'callback-poll-ms': { value: 60_000, help: 'time between checks which connectors have a callback' },
  'callback-retry-ms': { value: 10_000, help: 'minimum pause before a message is posted again' },
  keep: { value: 20_000, help: 'number of works, bundles, answers and requests to keep' },
  verbose: { value: false, help: 'print each request on stderr' },
});

const { keep } = options;
const platform = platformLike(options.like);
const version = options.version || platform.version;
const listed = (text) => (text === '' ? undefined : text.split(','));
const users = new Users();
users.put({
  token: options.token,
  id: options['connector-user-id'],
  name: 'connector',
  capabilities: listed(options.capabilities),
  max_confidence: options['max-confidence'],
  max_markings: listed(options['max-markings']),
});
const broker = new Broker(options.amqp);
const connectors = new Connectors(broker, {
  storage: storageOf(options.s3), prefix: options['queue-prefix'], queueType: options['queue-type'],
});
const works = new Works({ keep, colliding: options['colliding-works'], closedAlive: platform.closed_works_alive });
const events = new Events({ keep });
const store = new Store({ keep: 5 * keep, events, enterprise: !options.community });
const keys = new Keys();
const callbacks = new Callbacks({
  broker,
  connectors,
  keys,
  retryMs: options['callback-retry-ms'],
  ca: options['callback-ca'] ? readFileSync(options['callback-ca']) : undefined,
  keep,
});
const enrichments = new Enrichments({ broker, connectors, works, callbacks, users: platform.automatic_if_visible ? users : null });
const echo = (trigger) => (
  options['no-echo'] ? undefined : (entity, user) => enrichments[trigger](entity, user).catch((error) => console.error(error.message))
);
const worker = new Worker({
  store,
  works,
  users,
  workers: options.workers,
  declared: platform.declared_expectations,
  keep,
  onCreated: echo('created'),
  onUpdated: echo('updated'),
});
const playbooks = new Playbooks({ keep, enterprise: !options.community });
const workbenches = new Workbenches({ store, users, keep });
const pushes = new Pushes({ broker, connectors, worker, works, splits: platform.push_adds_expectations });
const pushQueues = new PushQueues({ broker, worker, connectors });
const held = new Held();
const faults = new Faults([...common_kinds, 'graphql_error'], ({ operation = '*' }, { operations: called }) => (
  operation === '*' || called.includes(operation)
));
const requests = new Recent(keep);
const counts = new Map();

const endpoint = new Endpoint({
  api: new Api(operations({ version, organisation: options['platform-organisation'], connectors, works, reading: new Reading({ store, users }), playbooks, workbenches, pushes, keys, store }), {
    newFields: options['new-fields'] ? ['version', 'slug'] : platform.registration_fields,
    introspection: !options['no-introspection'],
    file: options.schema,
  }),
  users,
  draftProblem: (id) => store.draftProblem(id),
  isWorkAlive: (id) => works.isAlive(id),
});
const tick = () => ({ closed: connectors.all().flatMap(({ id }) => works.closeOvertaken(id)), decayed: store.decay() });
const control = controlRouter({
  version, broker, connectors, works, worker, store, playbooks, enrichments, workbenches, pushQueues, callbacks, keys, requests, counts, faults,
  held, tick, users, events, platform,
  asker: users.get(administrator),
});

async function handle(request, response) {
  const { path: target } = splitTarget(request.url);
  if (target === '/graphql') return graphql(request, response);
  if (target.startsWith('/control/')) return send(response, await control.answer(request));
  if (target === '/') return send(response, html(200, page({ version, connectors, works, worker, playbooks })));
  return send(response, html(404, `<pre>Cannot ${request.method} there</pre>`));
}

async function graphql(request, response) {
  const { operations: called, answer, run = () => answer } = await endpoint.read(request);
  remember(request, response, called);
  const { wait, fault } = faults.take({ operations: called });
  if (wait > 0) await after(wait);
  const description = { operations: called };
  const instead = fault !== null && (fault.before ?? !after_the_effect.has(fault.kind));
  if (!instead) return deliver({ response, answer: await run(), fault: known(fault), held, description });
  if (fault.kind !== 'hold') return deliver({ response, answer: json(200, {}), fault: known(fault), held, description });
  await held.wait(description, response);
  if (!response.destroyed) send(response, await run());
  return undefined;
}

// A GraphQL error is an answer in a certain form.
function known(fault) {
  if (fault?.kind !== 'graphql_error') return fault;
  const { code = 'INTERNAL_SERVER_ERROR', message = 'Simulated error', status = 200 } = fault;
  return { kind: 'status', status, body: { errors: [{ message, extensions: { code }, name: code }], data: null } };
}

function remember({ headers }, response, called) {
  for (const name of called) counts.set(name, (counts.get(name) ?? 0) + 1);
  const entry = {
    operations: called,
    draft_id: headers['opencti-draft-id'] ?? null,
    authorization: headers.authorization !== undefined,
    user_agent: headers['user-agent'] ?? null,
    time: new Date().toISOString(),
    status: null,
  };
  requests.add(entry);
  response.on('close', () => {
    entry.status = response.headersSent ? response.statusCode : null;
  });
}

function storageOf(text) {
  if (text === '') return undefined;
  const url = new URL(text);
  return {
    endpoint: url.hostname,
    port: Number(url.port),
    use_ssl: url.protocol === 'https:',
    bucket_name: url.pathname.slice(1),
    bucket_region: url.search.slice(1) || 'us-east-1',
    access_key: decodeURIComponent(url.username),
    secret_key: decodeURIComponent(url.password),
  };
}

if (options['tick-ms'] > 0) setInterval(tick, options['tick-ms']).unref();
setInterval(() => callbacks.look(), options['callback-poll-ms']).unref();
await broker.untilConnected(broker_patience_ms);
serve({ port: options.port, verbose: options.verbose, handle, atExit: () => broker.close() });
