// What each field of Query and Mutation does: the glue between GraphQL and the platform's parts.
import { platformError } from './errors.mjs';
import { asCoreObject } from './store.mjs';

export function operations({ version, connectors, works, store, playbooks }) {
  const shownConnector = (connector) => connector && { ...connector, active: connectors.isActive(connector) };
  return {
    about: () => ({ version }),

    work({ id }) {
      const work = works.get(id);
      if (!work) return null;
      return { ...work, connector: shownConnector(connectors.get(work.connector_id)), tracking: works.tracking(work) };
    },
    isWorkAlive: ({ id }) => works.isAlive(id),
    workEdit: ({ id }) => workEdit(works, id),

    stixCoreObject({ id }, { draftId }) {
      const entity = store.find(id, draftId);
      return entity === undefined || !shown_types.has(entity.entity_type) ? null : asCoreObject(entity);
    },

    async registerConnector({ input }, { user }) {
      return shownConnector(await connectors.register(input, user.id));
    },
    async pingConnector(parameters) {
      return shownConnector(await connectors.ping(parameters));
    },
    async deleteConnector({ id }) {
      await connectors.delete(id);
      works.deleteAllOf(id);
      return id;
    },

    playbookStepExecution: (answer) => playbooks.answer(answer),
  };
}

// The types that the schema has an object type for.
const shown_types = new Set([
  'StixFile', 'IPv4-Addr', 'IPv6-Addr', 'Domain-Name', 'Hostname', 'Url', 'Autonomous-System', 'Country', 'Region', 'Sector',
  'Organization', 'Note', 'Indicator',
]);

// All but ping answer with the id even when there is no such work.
function workEdit(works, id) {
  const edit = (run) => (parameters) => {
    run(parameters);
    return id;
  };
  return {
    toReceived: edit(({ message }) => works.toReceived(id, message)),
    toProcessed: edit(({ message, inError }) => works.toProcessed(id, message, inError)),
    addExpectations: edit(({ expectations }) => works.addExpectations(id, expectations ?? 0)),
    reportExpectation: edit(({ error }) => (
      works.reportExpectation(id, error && { message: error.error ?? null, source: error.source ?? null })
    )),
    addDraftContext: edit(({ draftContext }) => works.addDraftContext(id, draftContext ?? null)),
    delete: edit(() => works.delete(id)),
    ping: edit(() => {
      if (works.get(id)) works.ping(id);
      else throw platformError('INTERNAL_SERVER_ERROR', "Cannot read properties of undefined (reading '_index')");
    }),
  };
}
