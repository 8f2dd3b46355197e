// Starts simulators for a test, and sends them requests. Each simulator uses a free port, and ends with the test that started it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Events } from '../../simulators/opencti/events.mjs';
import { Store } from '../../simulators/opencti/store.mjs';
import { Users } from '../../simulators/opencti/users.mjs';
import { Worker } from '../../simulators/opencti/worker.mjs';
import { Works } from '../../simulators/opencti/works.mjs';

const simulators = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../simulators');
const patience_ms = 20_000;

export const token = 'a-token';
export const startTip = (t, ...options) => start(t, 'tip/tip.mjs', options);
export const startOpenCti = (t, ...options) => start(t, 'opencti/opencti.mjs', options);

async function start(t, program, options) {
  const child = spawn(process.execPath, [path.join(simulators, program), '--token', token, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return new Simulator(JSON.parse(line).listening, child, exited);
}

class Simulator {
  constructor(url, child, exited) {
    this.url = url;
    this.child = child;
    this.exited = exited;
  }

  get(target, headers = { authorization: `Bearer ${token}` }) {
    return fetch(this.url + target, { headers });
  }

  post(target, body, headers = {}) {
    return fetch(this.url + target, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body,
    });
  }

  // → the JSON of the answer
  async graphql(query, variables, headers) {
    return (await this.post('/graphql', JSON.stringify({ query, variables }), headers)).json();
  }

  // control('state') reads; control('faults', {...}) sends.
  async control(name, body, method = body === undefined ? 'GET' : 'POST') {
    const response = await fetch(`${this.url}/control/${name}`, { method, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${name}: ${response.status} ${answer.error}`);
    return answer;
  }
}

// Waits until `condition` returns a true value, and returns that.
export async function until(condition) {
  for (const end = Date.now() + patience_ms; Date.now() < end; await after(10)) {
    const found = await condition();
    if (found) return found;
  }
  throw new Error(`still not: ${condition}`);
}

export const register_document = `
mutation Register($input: RegisterConnectorInput) {
  registerConnector(input: $input) {
    id connector_state connector_user_id active
    config { connection { host vhost use_ssl port user pass } listen push push_exchange push_routing }
  }
}`;

export const registration = {
  id: 'test-connector', name: 'Test', type: 'INTERNAL_ENRICHMENT', scope: ['StixFile'], auto: false, playbook_compatible: true,
};

// The parts of the platform behind its push queue, in this process. The user "u" has the stock role, unless `user` overrides it.
export function knowledge({ user = {}, enterprise, ...options } = {}) {
  const works = new Works();
  const users = new Users();
  users.put({ id: 'u', ...user });
  const events = new Events();
  const store = new Store({ events, enterprise });
  const worker = new Worker({ store, works, users, ...options });
  const sendRaw = (body) => worker.receive({ body: Buffer.from(body), wanted: () => true, ack: () => {} });
  // → the worker's record of the bundle
  const send = async (objects, envelope = {}) => {
    const content = Buffer.from(JSON.stringify({ type: 'bundle', objects })).toString('base64');
    await sendRaw(JSON.stringify({ applicant_id: 'u', content, ...envelope }));
    return worker.bundles().at(-1);
  };
  const newWork = () => works.create({ connectorId: 'c1', name: 'n', user: null, sourceId: 'file--1' });
  // The events during `done`, in short form.
  const told = async (done) => {
    const { last } = events;
    await done();
    const paths = (patch = []) => patch.map(({ path }) => path).filter((path) => !/(modified|updated_at)$/.test(path));
    return events.since(last).map(({ type, patch }) => [type, ...paths(patch)]);
  };
  return { works, users, events, store, worker, send, sendRaw, newWork, told };
}
