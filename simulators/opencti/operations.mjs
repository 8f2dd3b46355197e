// What each field of Query and Mutation does: the glue between GraphQL and the platform's parts.
import { platformError } from './errors.mjs';
import { asCoreObject } from './store.mjs';
import { asMe, maySee } from './users.mjs';

export function operations({ version, connectors, works, store, playbooks, workbenches, pushes, keys }) {
  const shownConnector = (connector) => (
    connector && { ...connector, active: connectors.isActive(connector), jwks: keys.jwks() }
  );
  return {
    about: () => ({ version }),
    me: (_, { user }) => asMe(user),
    connector: ({ id }) => shownConnector(connectors.get(id)) ?? null,

    work({ id }) {
      const work = works.get(id);
      if (!work) return null;
      return { ...work, connector: shownConnector(connectors.get(work.connector_id)), tracking: works.tracking(work) };
    },
    isWorkAlive: ({ id }) => works.isAlive(id),
    workEdit: ({ id }) => workEdit(works, id),

    stixCoreObject({ id }, { user, draftId }, { schema, returnType }) {
      const entity = store.find(id, draftId);
      if (entity === undefined || !maySee(user, entity)) return null;
      const shown = asCoreObject(entity);
      return schema.getPossibleTypes(returnType).some(({ name }) => name === shown.__typename) ? shown : null;
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

    stixBundlePush: (parameters, context) => pushes.push(parameters, context),
    uploadPending: (parameters, context) => workbenches.upload(parameters, context),
    playbookStepExecution: (answer) => playbooks.answer(answer),
  };
}

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
