// Checks of the registration.
import { demand } from './outcomes.mjs';

export const registration_checks = [
  {
    id: 'register',
    wants: 'It registers with its configured id and name, as INTERNAL_ENRICHMENT, with the type in its scope.',
    source: 'opencti-graphql: domain/connector.ts, registerConnector',
    consuming: false,
    async run(bench) {
      const { id, name, connector_type: type, connector_scope: scope } = await bench.registration();
      demand(id === bench.id, `Its id is "${id}", not CONNECTOR_ID="${bench.id}".`);
      demand(name === bench.name, `Its name is "${name}", not CONNECTOR_NAME="${bench.name}".`);
      demand(type === 'INTERNAL_ENRICHMENT', `Its type is ${type}.`);
      const inScope = scope.some((one) => one.toLowerCase() === bench.settings.type.toLowerCase());
      demand(inScope, `Its scope is ${JSON.stringify(scope)}, without ${bench.settings.type}; blanks count.`);
    },
  },
  {
    id: 'ping',
    wants: 'It pings after it has registered; its state is JSON or empty.',
    source: 'opencti-graphql: domain/connector.ts, pingConnector: it is active for 5 minutes after a ping',
    async run(bench) {
      await bench.until('It does not ping', () => bench.hasPinged());
      const { connector_state: state } = await bench.registration();
      demand(isState(state), `Its state is ${state}.`);
    },
  },
  {
    id: 'queues',
    wants: 'It uses the queues, exchanges and routing keys that the registration names, also with a prefix.',
    source: 'opencti-graphql: database/rabbitmq.js, rabbitmq:queue_prefix',
    async run(bench) {
      await bench.beside(['--queue-prefix', 'conformance_'], async (other) => {
        await other.ready();
        await other.enriched(await other.enrich(await other.observable()));
      });
    },
  },
];

function isState(text) {
  if (!text) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
