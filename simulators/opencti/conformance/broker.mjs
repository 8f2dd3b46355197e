// A RabbitMQ for one run, in a temporary folder that is removed with it.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Unavailable } from './outcomes.mjs';

const script = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../rabbitmq/private-rabbitmq');
const call = promisify(execFile);

// → { url, stop() }
export async function startBroker() {
  const folder = await mkdtemp(path.join(tmpdir(), 'conformance-broker-'));
  const stop = async () => {
    await call(script, ['stop', folder]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await call(script, ['start', folder]);
    const { host, port, user, password } = JSON.parse(await readFile(path.join(folder, 'broker.json'), 'utf8'));
    return { url: `amqp://${user}:${password}@${host}:${port}/%2F`, stop };
  } catch (error) {
    await stop();
    throw new Unavailable(error.stderr || error.message);
  }
}
