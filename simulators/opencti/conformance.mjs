#!/usr/bin/env node
// Checks an enrichment connector, written in any language, against OpenCTI's connector protocol. See docs/conformance.md.
import { readOptions } from '../lib/options.mjs';
import { startBroker } from './conformance/broker.mjs';
import { checks } from './conformance/checks.mjs';
import { observable_types } from './conformance/observables.mjs';
import { Unavailable } from './conformance/outcomes.mjs';
import { counts, listed, row, summary } from './conformance/report.mjs';
import { runChecks } from './conformance/run.mjs';
import { platforms } from './platforms.mjs';

const exit_codes = { failed: 1, usage: 64, unavailable: 69, interrupted: 130 };
const usage = 'Usage: conformance.mjs --type TYPE --value VALUE [options] -- COMMAND [ARGUMENT...]\n'
  + 'Starts an OpenCTI enrichment connector against a simulated platform and a real RabbitMQ, and checks that it follows the protocol.\n'
  + 'Exit code 0: no check failed.';

const words = process.argv.slice(2);
const border = words.includes('--') ? words.indexOf('--') : words.length;
const command = words.slice(border + 1);
const options = readOptions(usage, {
  type: { value: '', choices: Object.keys(observable_types), help: 'type of the observable that the connector enriches' },
  value: { value: '', help: "a value of that type that the connector's source knows" },
  unknown: { value: '', help: "a value of that type that the connector's source does not know" },
  like: { value: '7.260318', choices: Object.keys(platforms), help: 'the platform to simulate' },
  schema: { value: '', help: "file with the platform's complete GraphQL schema, for a connector that reads fields that are not simulated" },
  only: { value: '', help: 'run only these checks, such as crash,stop' },
  patience: { value: 30, help: 'time limit for each step of a check, in seconds' },
  grace: { value: 10, help: 'time limit for the end after SIGTERM, in seconds' },
  amqp: { value: '', help: 'a RabbitMQ to use, amqp://user:pass@host:port/vhost; if empty, one is started' },
  json: { value: false, help: 'print JSON instead of the table' },
  list: { value: false, help: 'print the checks without running them' },
  verbose: { value: false, help: "print the connector's output on stderr" },
}, words.slice(0, border));

function wrong(message) {
  process.stderr.write(`${message}\n\n${usage}\nOptions: --help\n`);
  process.exit(exit_codes.usage);
}

function chosen() {
  if (options.only === '') return checks;
  const ids = options.only.split(',');
  const unknown = ids.find((id) => !checks.some((check) => check.id === id));
  if (unknown !== undefined) wrong(`There is no check "${unknown}"; --list prints them.`);
  return checks.filter(({ id }) => ids.includes(id));
}

function print(value, text) {
  process.stdout.write(`${options.json ? JSON.stringify(value, null, 2) : text}\n`);
}

const wanted = chosen();
if (options.list) {
  print(wanted.map(({ id, wants, source }) => ({ id, wants, source })), wanted.map(listed).join('\n'));
  process.exit(0);
}
if (!options.type || !options.value) wrong('--type and --value are required: what the connector is to be asked about.');
if (command.length === 0) wrong("The connector's command is missing: put it after --.");

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());

async function run(amqp) {
  const { type, value, unknown, like, schema, patience, grace, verbose } = options;
  const { version } = platforms[like];
  const settings = {
    command, amqp, like, schema, type, value, unknown, patience_ms: patience * 1000, grace_ms: grace * 1000, show: verbose, stop: stop.signal,
  };
  if (!options.json) process.stdout.write(`${command.join(' ')}, checked on OpenCTI ${version}, simulated\n\n`);
  const results = await runChecks(wanted, settings, options.json ? undefined : (result) => print(null, row(result)));
  print({ command, platform: version, checks: results, ...counts(results) }, `\n${summary(results)}`);
  return counts(results).failed > 0 ? exit_codes.failed : 0;
}

async function withBroker() {
  const broker = options.amqp ? { url: options.amqp, stop: () => {} } : await startBroker();
  try {
    return await run(broker.url);
  } finally {
    await broker.stop();
  }
}

try {
  process.exitCode = await withBroker();
} catch (error) {
  process.exitCode = stop.signal.aborted ? exit_codes.interrupted : exit_codes.unavailable;
  if (stop.signal.aborted) process.stderr.write('Stopped; everything is cleaned up.\n');
  else if (error instanceof Unavailable) process.stderr.write(`${error.message}\n`);
  else throw error;
}
