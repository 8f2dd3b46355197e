// The simulated platform with a real RabbitMQ: BROKER_DIR is the folder of a private one; alternatively, SIMULATORS_AMQP is the address of
// any other: amqp://user:pass@host:port/vhost.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { Broker } from '../../simulators/opencti/broker.mjs';
import { platforms } from '../../simulators/opencti/platforms.mjs';
import { register_document, registration, startOpenCti, until } from './support.mjs';

const amqp = process.env.SIMULATORS_AMQP ?? addressIn(process.env.BROKER_DIR);
const skip = amqp ? false : 'neither BROKER_DIR nor SIMULATORS_AMQP names a broker';
const file = {
  type: 'file', id: 'file--94ea6e88-ae8c-5af1-a9b4-a9564b6dd2f6', hashes: { MD5: 'bad0bad1bad2bad3bad4bad5bad6bad7' },
};
const playbook_document = `
mutation Step($execution_id: ID!, $event_id: ID!, $execution_start: DateTime!, $data_instance_id: ID!, $playbook_id: ID!,
              $previous_step_id: ID!, $step_id: ID!, $previous_bundle: String!, $bundle: String!) {
  playbookStepExecution(execution_id: $execution_id, event_id: $event_id, execution_start: $execution_start,
                        data_instance_id: $data_instance_id, playbook_id: $playbook_id, previous_step_id: $previous_step_id,
                        step_id: $step_id, previous_bundle: $previous_bundle, bundle: $bundle)
}`;

// A platform with one registered connector, and a connection of this connector to the broker.
async function platformAndConnector(t, ...options) {
  const platform = await startOpenCti(t, '--amqp', amqp, ...options);
  const input = { ...registration, id: `test-${randomUUID()}` };
  const { config } = (await platform.graphql(register_document, { input })).data.registerConnector;
  const broker = new Broker(amqp);
  await broker.untilConnected(10_000);
  t.after(async () => {
    await broker.delete([config.listen, config.push]);
    broker.close();
  });
  const publish = (envelope, objects) => broker.publish(config.push_exchange, config.push_routing, JSON.stringify({
    ...envelope, content: Buffer.from(JSON.stringify({ type: 'bundle', objects })).toString('base64'),
  }));
  const next = async () => {
    const [message] = await once(broker, 'message');
    message.ack();
    return message.body.toString('utf8');
  };
  await platform.control('entities', { object: file });
  return { platform, broker, config, publish, next, id: input.id };
}

test('a registered connector has its queues, and the answer says where', { skip }, async (t) => {
  const { platform, broker, config, id } = await platformAndConnector(t);
  assert.equal(config.listen, `listen_${id}`);
  assert.equal(`${config.connection.host}:${config.connection.port}`, new URL(amqp).host);
  assert.deepEqual(await broker.depth(config.listen), { ready: 0, consumers: 0 });
  await until(async () => (await broker.depth(config.push)).consumers === 1);
  await broker.delete([config.listen, config.push]);
  await platform.graphql('mutation P($id: ID!) { pingConnector(id: $id) { id } }', { id });
  assert.deepEqual(await broker.depth(config.listen), { ready: 0, consumers: 0 }, 'a ping declares them again');
});

test('queues and exchanges can have names with a prefix', { skip }, async (t) => {
  const { platform, broker, config, id, next } = await platformAndConnector(t, '--queue-prefix', 'test_');
  assert.deepEqual([config.listen, config.push, config.push_exchange], [`test_listen_${id}`, `test_push_${id}`, 'test_amqp.worker.exchange']);
  await broker.consume(config.listen, 1);
  const message = next();
  await platform.control('enrich', { entity_id: file.id });
  assert.equal(JSON.parse(await message).event.entity_id, file.id);
});

test('queues can be quorum queues', { skip }, async (t) => {
  const { platform, broker, config, next } = await platformAndConnector(t, '--queue-type', 'quorum');
  const arguments_ = { 'x-queue-type': 'classic' };
  await assert.rejects(broker.declare({
    exchanges: [], queues: [{ name: config.listen, exchange: config.listen_exchange, routing_key: config.listen_routing, arguments: arguments_ }],
  }), /inequivalent arg 'x-queue-type'/);
  await broker.consume(config.listen, 1);
  const message = next();
  await platform.control('enrich', { entity_id: file.id });
  assert.equal(JSON.parse(await message).event.entity_id, file.id);
});

test('asking for an enrichment puts a message of the platform\'s form on the queue', { skip }, async (t) => {
  const { platform, broker, config, next } = await platformAndConnector(t);
  await broker.consume(config.listen, 1);
  const manual = next();
  const { work_id: workId } = await platform.control('enrich', { entity_id: file.id });
  const message = JSON.parse(await manual);
  assert.deepEqual(Object.keys(message.internal), ['work_id', 'applicant_id', 'draft_id', 'mode', 'trigger']);
  assert.deepEqual(message.internal, {
    work_id: workId, applicant_id: null, draft_id: null, mode: 'manual', trigger: 'update',
  });
  assert.equal(message.event.entity_type, 'StixFile');
  assert.deepEqual(JSON.parse(message.event.stix_entity).hashes, file.hashes);

  const automatic = next();
  await platform.control('enrich', { entity_id: file.id, mode: 'auto', draft_id: 'draft-1', user_id: 'user-1' });
  const { internal } = JSON.parse(await automatic);
  assert.deepEqual(Object.keys(internal), ['work_id', 'applicant_id', 'draft_id', 'trigger', 'mode']);
  assert.equal(internal.draft_id, 'draft-1');
  const found = await platform.graphql('query W($id: ID!) { work(id: $id) { status user { id } } }', { id: internal.work_id });
  assert.deepEqual(found.data.work, { status: 'wait', user: { id: 'user-1' } });
});

test('any bytes can be put on the queue', { skip }, async (t) => {
  const { platform, broker, config, next } = await platformAndConnector(t);
  await broker.consume(config.listen, 1);
  const message = next();
  await platform.control('publish', { body: 'no JSON {' });
  assert.equal(await message, 'no JSON {');
});

test('a playbook step is answered with the ids of its message', { skip }, async (t) => {
  const { platform, broker, config, next } = await platformAndConnector(t);
  await broker.consume(config.listen, 1);
  const asked = next();
  const step = await platform.control('playbook', { entity_id: file.id });
  const { internal, event } = JSON.parse(await asked);
  assert.deepEqual(internal.playbook, step);
  assert.equal(internal.work_id, null);
  assert.equal(event.bundle.objects[0].id, file.id);

  const bundle = JSON.stringify(event.bundle);
  const variables = { ...step, execution_start: '2026-01-01T00:00:00+00:00', previous_bundle: bundle, bundle };
  const answer = async (change) => platform.graphql(playbook_document, { ...variables, ...change });
  assert.deepEqual((await answer()).data, { playbookStepExecution: true });
  assert.deepEqual((await answer({ step_id: 'other' })).data, { playbookStepExecution: false });
  assert.match((await answer({ execution_start: 'yesterday' })).errors[0].message, /DateTime/);
  const [first, second] = await platform.control('playbook_answers');
  assert.deepEqual([first.expected, first.same_ids, first.has_base], [true, true, true]);
  assert.equal(second.expected, false);
  assert.deepEqual(first.bundle, event.bundle);
});

test('a playbook step has the type of its entity, but on 7.260318', { skip }, async (t) => {
  const types = {};
  for (const name of Object.keys(platforms)) {
    const { platform, broker, config, next } = await platformAndConnector(t, '--like', name);
    await broker.consume(config.listen, 1);
    const asked = next();
    await platform.control('playbook', { entity_id: file.id });
    types[name] = JSON.parse(await asked).event.entity_type;
  }
  assert.deepEqual(types, { '7.260309-lts': 'StixFile', '7.260318': undefined, 'autumn-2026': 'StixFile' });
});

test('a published bundle is imported, shown and counted on its work', { skip }, async (t) => {
  const applicant = 'c0000000-0000-4000-8000-000000000001';
  const { platform, publish } = await platformAndConnector(t);
  const { work_id: workId } = await platform.control('enrich', { entity_id: file.id });
  await platform.graphql(
    'mutation E($id: ID!) { workEdit(id: $id) { toReceived addExpectations(expectations: 1) } }', { id: workId },
  );
  await publish({ work_id: workId, no_split: true, applicant_id: applicant }, [{ ...file, x_opencti_score: 100 }]);
  const work = await until(async () => {
    const found = await platform.control(`works/${workId}`);
    return found.status === 'complete' && found;
  });
  assert.deepEqual([work.tracking.import_processed_number, work.tracking.import_expected_number], [1, 1]);
  const [bundle] = await platform.control(`bundles?work_id=${encodeURIComponent(workId)}`);
  assert.equal(bundle.outcome, 'imported');
  assert.deepEqual(bundle.envelope, { work_id: workId, no_split: true, applicant_id: applicant });
  assert.equal(bundle.objects[0].x_opencti_score, 100);
  assert.equal(bundle.properties.delivery_mode, 2);
  const { object } = await platform.control(`entities/${file.id}`);
  assert.match(JSON.stringify(object), /"score":100/);
});

test('a work that was overtaken is closed by the tick, and its results are dropped', { skip }, async (t) => {
  const { platform, publish } = await platformAndConnector(t, '--tick-ms', '0');
  const { work_ids: [older, newer] } = await platform.control('enrich', { entity_id: file.id, count: 2 });
  await publish({ work_id: newer, no_split: true }, [file]);
  await until(async () => (await platform.control('state')).bundles_received === 1);
  assert.deepEqual((await platform.control('tick', {})).closed, [older]);
  assert.equal((await platform.graphql('query A($id: ID!) { isWorkAlive(id: $id) }', { id: older })).data.isWorkAlive, false);
  await publish({ work_id: older, no_split: true }, [file]);
  await until(async () => (await platform.control('state')).dropped === 1);
});

test('any text can be put on the workers\' queue', { skip }, async (t) => {
  const { platform } = await platformAndConnector(t);
  await platform.control('push', { body: '{"mark": 1, "content": ""}' });
  const [bundle] = await until(async () => {
    const bundles = await platform.control('bundles');
    return bundles.length > 0 && bundles;
  });
  assert.deepEqual([bundle.envelope, bundle.outcome, bundle.objects], [{ mark: 1 }, 'rejected', []]);
});

test('a paused worker leaves everything on the broker until it is resumed', { skip }, async (t) => {
  const { platform, broker, config, publish } = await platformAndConnector(t);
  await platform.control('worker', { paused: true });
  await publish({}, [file]);
  await publish({}, [file]);
  assert.equal((await broker.depth(config.push)).ready, 2);
  assert.equal((await platform.control('state')).bundles_received, 0);
  await platform.control('worker', { paused: false });
  await until(async () => (await platform.control('state')).bundles_received === 2);
  await until(async () => (await broker.depth(config.push)).ready === 0);
});

test('deleting a connector deletes its queues, resetting it empties them', { skip }, async (t) => {
  const { platform, broker, config, id } = await platformAndConnector(t);
  await platform.control('enrich', { entity_id: file.id, count: 3 });
  assert.equal((await platform.control('state')).listen_queue.ready, 3);
  assert.deepEqual(await platform.control(`connectors/${id}/reset`, {}), { purged: 3 });
  await platform.control(`connectors/${id}/delete`, {});
  await assert.rejects(broker.depth(config.listen), /NOT_FOUND/);
  assert.equal((await platform.control('state')).works.total, 0);
});

test('it carries thousands of messages each way', { skip }, async (t) => {
  const { platform, broker, config, publish } = await platformAndConnector(t);
  const messages = 2_000;
  let begun = Date.now();
  await platform.control('enrich', { entity_id: file.id, count: messages });
  assert.equal((await broker.depth(config.listen)).ready, messages);
  const out = (1000 * messages) / (Date.now() - begun);

  begun = Date.now();
  await Promise.all(Array.from({ length: messages }, () => publish({}, [file])));
  await until(async () => (await platform.control('state')).bundles_received === messages);
  const back = (1000 * messages) / (Date.now() - begun);
  t.diagnostic(`${Math.round(out)} messages a second out, ${Math.round(back)} back`);
});

test('it goes on when the broker was away', { skip }, async (t) => {
  const cable = await startCable(t);
  const { platform, publish } = await platformAndConnector(t, '--amqp', cable.url);
  const connected = async () => (await platform.control('state')).broker.connected;
  cable.cut();
  await until(async () => !(await connected()));
  await assert.rejects(platform.control('enrich', { entity_id: file.id }), /503/);
  cable.restore();
  await until(connected);
  await publish({}, [file]);
  await until(async () => (await platform.control('state')).bundles_received === 1);
  assert.equal((await platform.control('enrich', { entity_id: file.id })).work_ids.length, 1);
});

test('it moves to another address of the broker', { skip }, async (t) => {
  const cable = await startCable(t);
  const { platform, publish } = await platformAndConnector(t, '--amqp', cable.url);
  await platform.control('broker', { amqp });
  cable.cut();
  await until(async () => (await platform.control('state')).broker.connected);
  await publish({}, [file]);
  await until(async () => (await platform.control('state')).bundles_received === 1);
});

// A TCP proxy to the broker, whose connections can be cut.
async function startCable(t) {
  const { hostname: host, port } = new URL(amqp);
  const sockets = new Set();
  let whole = true;
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => [near, far].forEach((end) => end.destroy()));
    }
    near.pipe(far);
    far.pipe(near);
    if (!whole) near.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(amqp);
  url.port = server.address().port;
  const cut = () => {
    whole = false;
    sockets.forEach((socket) => socket.destroy());
    sockets.clear();
  };
  t.after(() => {
    cut();
    server.close();
  });
  return { url: url.href, cut, restore: () => { whole = true; } };
}

function addressIn(folder) {
  if (!folder) return undefined;
  const { host, port, user, password, vhost } = JSON.parse(readFileSync(path.join(folder, 'broker.json'), 'utf8'));
  return `amqp://${user}:${password}@${host}:${port}/${encodeURIComponent(vhost)}`;
}
