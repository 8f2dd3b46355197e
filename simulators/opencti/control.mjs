// The control API of the simulated platform, for tests and users of the simulator. Documented in ../README.md.
import { faultRoutes } from '../lib/faults.mjs';
import { Rejection, Router } from '../lib/router.mjs';
import { withoutEnd } from './enrichments.mjs';
import { playbookMessage } from './messages.mjs';
import { entityType } from './stix.mjs';

export function controlRouter(platform) {
  return new Router({
    ...faultRoutes(platform.faults, platform.held),
    ...stateRoutes(platform),
    ...entityRoutes(platform),
    ...messageRoutes(platform),
    ...lifeCycleRoutes(platform),
    ...workbenchRoutes(platform),
    ...callbackRoutes(platform),
    ...userRoutes(platform),
    ...eventRoutes(platform),
  });
}

function stateRoutes({ version, broker, connectors, works, worker, store, playbooks, events, requests, counts, held }) {
  const asked = (query) => Number(query.get('last') ?? Infinity);
  return {
    'GET /control/state': async () => ({
      version,
      broker: { configured: broker.configured, connected: broker.connected },
      connectors: connectors.all(),
      registrations: connectors.registrations,
      pings: connectors.pings,
      works: worksByStatus(works),
      entities: store.count(),
      events: events.last,
      bundles_received: worker.received,
      objects: { imported: worker.imported, dropped: worker.dropped, refused: worker.refused },
      dropped: worker.dropped,
      playbook_answers: playbooks.answered,
      requests: Object.fromEntries(counts),
      held: held.list(),
      worker: shownWorker(worker),
      listen_queue: await listenQueue(broker, connectors),
    }),
    'GET /control/requests': ({ query }) => requests.newest(asked(query)),
    'GET /control/works': ({ query }) => works.all()
      .filter(({ status }) => !query.has('status') || status === query.get('status'))
      .slice(-asked(query))
      .map((work) => works.shown(work)),
    'GET /control/works/:id': ({ params }) => works.shown(theWork(works, params.id)),
    'GET /control/bundles': ({ query }) => worker.bundles(asked(query))
      .filter((bundle) => !query.has('work_id') || bundle.work_id === query.get('work_id')),
    'GET /control/playbook_answers': () => playbooks.answers(),
  };
}

// Reads the platform's stream, and runs the decay of indicators.
function eventRoutes({ events, store }) {
  return {
    'GET /control/events': ({ query }) => events.since(Number(query.get('since') ?? 0), Number(query.get('last') ?? Infinity)),
    'POST /control/decay': ({ body: { now } }) => ({ changed: store.decay(now === undefined ? Date.now() : Date.parse(now)) }),
  };
}

function entityRoutes({ store }) {
  const shown = (entity) => ({
    id: entity.standard_id,
    internal_id: entity.internal_id,
    entity_type: entity.entity_type,
    ids: [...entity.ids],
    object: entity.toStix(),
  });
  return {
    'POST /control/entities': ({ body: { object, entity_type: type, draft_id: draftId } }) => {
      if (typeof object?.id !== 'string' || typeof object.type !== 'string') throw new Rejection(400, '"object" needs id and type');
      if (!type && entityType(object) === null) throw new Rejection(400, `"${object.type}" is not simulated: give its "entity_type"`);
      if (draftId) store.openDraft(draftId);
      return shown(store.put(object, { type, draftId }));
    },
    'GET /control/entities/:id': ({ params, query }) => shown(theEntity(store, params.id, query.get('draft_id'))),
    'DELETE /control/entities/:id': ({ params, query }) => store.remove(theEntity(store, params.id, query.get('draft_id')), query.get('draft_id')),
    'POST /control/missing': ({ body: { ids } }) => ({ missing: ids.filter((id) => !store.find(id, null)) }),
    'GET /control/drafts': () => store.drafts(),
    'POST /control/drafts': ({ body }) => ({ id: store.openDraft(body.id) }),
    'POST /control/drafts/:id/close': ({ params }) => {
      if (!store.closeDraft(params.id)) throw new Rejection(404, `no draft ${params.id}`);
    },
  };
}

// Lists and changes users. Changes take effect with the next request and the next imported object.
function userRoutes({ users }) {
  return {
    'GET /control/users': () => users.all().map((user) => users.shown(user)),
    'POST /control/users': ({ body }) => users.shown(users.put(body)),
  };
}

// Controls how the worker posts messages to connectors that listen over HTTP.
function callbackRoutes({ callbacks, keys }) {
  return {
    'GET /control/callbacks': ({ query }) => callbacks.posts(Number(query.get('last') ?? Infinity)),
    'POST /control/callbacks': ({ body }) => {
      if (body.retry_ms !== undefined) callbacks.retryMs = body.retry_ms;
    },
    'POST /control/keys': () => ({ kid: keys.renew() }),
    'POST /control/token': ({ body }) => ({ token: keys.token(body) }),
  };
}

function messageRoutes({ broker, enrichments, connectors, store, playbooks, platform, asker: admin }) {
  return {
    'POST /control/enrich': async ({ body }) => {
      const connector = theConnector(connectors, body.connector_id);
      const { mode = 'manual', draft_id: draftId = null, count = 1, same_millisecond: together = false } = body;
      if (mode !== 'manual' && mode !== 'auto') throw new Rejection(400, '"mode" is manual or auto');
      if (draftId) store.openDraft(draftId);
      const trigger = body.trigger ?? (mode === 'manual' ? 'update' : 'create');
      const asker = body.user_id ? { id: body.user_id, name: body.user_id } : admin;
      const ids = body.entity_ids ?? Array(count).fill(body.entity_id);
      const entities = ids.map((id) => theEntity(store, id, draftId));
      const timestamp = together ? new Date().toISOString() : undefined;
      const how = { mode, trigger, draftId, asker, timestamp, event: body.event, cut: body.cut };
      const made = await Promise.all(entities.map((entity) => enrichments.ask(connector, entity, how)));
      return { work_id: made[0], work_ids: made };
    },
    'POST /control/playbook': async ({ body }) => {
      const connector = theConnector(connectors, body.connector_id);
      const entityId = body.objects ? body.entity_id : theEntity(store, body.entity_id).standard_id;
      const objects = body.objects ?? [theEntity(store, entityId).toStix()];
      const step = playbooks.start(entityId);
      const message = playbookMessage({ step, entityId, objects, typed: platform.playbook_entity_type });
      await enrichments.publish(connector, withoutEnd(JSON.stringify(message), body.cut ?? 0));
      return step;
    },
    // For tests that send the message themselves.
    'POST /control/playbook_step': ({ body }) => playbooks.start(body.entity_id),
    'POST /control/broker': ({ body }) => {
      if (!broker.configured || typeof body.amqp !== 'string') throw new Rejection(400, 'needs a broker, and its new "amqp" address');
      broker.use(body.amqp);
    },
    'POST /control/publish': async ({ body }) => {
      const bytes = body.base64 === undefined ? Buffer.from(body.body ?? '') : Buffer.from(body.base64, 'base64');
      await enrichments.publish(theConnector(connectors, body.connector_id), bytes);
    },
    // Puts a message on the workers' queue, as if the connector had sent it.
    'POST /control/push': async ({ body }) => {
      const { push_exchange: exchange, push_routing: routing } = theConnector(connectors, body.connector_id).config;
      await broker.publish(exchange, routing, body.body ?? '');
    },
  };
}

function workbenchRoutes({ workbenches }) {
  return {
    'GET /control/workbenches': () => workbenches.all(),
    'POST /control/workbenches/:name/validate': ({ params }) => {
      if (!workbenches.all().some(({ name }) => name === params.name)) throw new Rejection(404, `no workbench ${params.name}`);
      return { refused: workbenches.validate(params.name) };
    },
  };
}

function lifeCycleRoutes({ connectors, works, worker, pushQueues, tick }) {
  return {
    'POST /control/tick': ({ body: { each_report: each } }) => {
      if (each !== undefined) works.closesAtEachReport = each;
      return tick();
    },
    'POST /control/works/:id/close': ({ params }) => {
      const work = theWork(works, params.id);
      works.close(work);
      return works.shown(work);
    },
    'POST /control/works/:id/delete': ({ params }) => ({ deleted: works.delete(theWork(works, params.id).id) }),
    'POST /control/connectors/:id/delete': async ({ params }) => {
      await connectors.delete(theConnector(connectors, params.id).id);
      works.deleteAllOf(params.id);
    },
    'POST /control/connectors/:id/reset': async ({ params }) => (
      { purged: await connectors.reset(theConnector(connectors, params.id).id) }
    ),
    'POST /control/worker': async ({ body }) => {
      if (body.object_ms !== undefined) worker.objectMs = body.object_ms;
      if (body.retry_ms !== undefined) worker.retryMs = body.retry_ms;
      if (body.workers !== undefined) worker.workers = body.workers;
      if (body.paused === true) await pushQueues.pause();
      if (body.paused === false) await pushQueues.resume();
      return shownWorker(worker);
    },
  };
}

const shownWorker = ({ workers, paused, objectMs, retryMs }) => ({ workers, paused, object_ms: objectMs, retry_ms: retryMs });

function theWork(works, id) {
  const work = works.get(id);
  if (!work) throw new Rejection(404, `no work ${id}`);
  return work;
}

function theEntity(store, id, draftId = null) {
  const entity = store.find(id, draftId);
  if (!entity) throw new Rejection(404, `no entity ${id}`);
  return entity;
}

function theConnector(connectors, id) {
  const connector = connectors.theOne(id);
  if (!connector) throw new Rejection(409, id ? `no connector ${id}` : 'not exactly one connector: give "connector_id"');
  return connector;
}

function worksByStatus(works) {
  const counts = { total: 0, wait: 0, progress: 0, complete: 0 };
  for (const { status } of works.all()) {
    counts.total += 1;
    counts[status] += 1;
  }
  return counts;
}

async function listenQueue(broker, connectors) {
  const connector = connectors.theOne();
  if (!connector || !broker.connected) return null;
  try {
    return await broker.depth(connector.config.listen);
  } catch {
    return null;
  }
}
