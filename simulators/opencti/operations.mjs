// Implements each field of Query and Mutation with the platform's parts.
import { platformError } from './errors.mjs';
import { filtered, idsAsked, paged } from './listing.mjs';
import { asMe } from './users.mjs';
import { work_keys } from './works.mjs';

const works_of_a_connector = 20;

export function operations({ version, organisation, connectors, works, reading, playbooks, workbenches, pushes, keys, store }) {
  // A requested status is ignored, and only the newest works are returned (domain/work.js: worksForConnector).
  const worksOf = (id) => works.all().filter(({ connector_id: of }) => of === id).slice(-works_of_a_connector).reverse();
  const shownConnector = (connector) => connector && {
    ...connector,
    active: connectors.isActive(connector),
    jwks: () => keys.jwks(),
    works: () => worksOf(connector.id).map(shownWork),
  };
  const shownWork = (work) => (
    work ? { ...work, connector: () => shownConnector(connectors.get(work.connector_id)), tracking: () => works.tracking(work) } : null
  );
  return {
    about: () => ({ version }),
    me: (_, { user }) => asMe(user),
    settings: () => ({
      id: 'settings',
      platform_organization: organisation ? { __typename: 'Organization', id: organisation, name: organisation } : null,
    }),
    connector: ({ id }) => shownConnector(connectors.get(id)) ?? null,

    work: ({ id }) => shownWork(works.get(id)),
    works({ first, after, orderBy = 'timestamp', orderMode = 'desc', filters }) {
      const ids = idsAsked(filters);
      const candidates = ids ? new Set(ids.map((id) => works.get(id)).filter((work) => work)) : works.all();
      const { edges, pageInfo } = paged(filtered(candidates, filters, work_keys), {
        first, after, order: (work) => work[orderBy], descending: orderMode === 'desc', idOf: ({ id }) => id,
      });
      return { edges: edges.map(({ node, cursor }) => ({ node: shownWork(node), cursor })), pageInfo };
    },
    isWorkAlive: ({ id }) => works.isAlive(id),
    workEdit: ({ id }) => workEdit(works, id),

    stixCoreObject: (...asked) => reading.one(...asked),
    stixCyberObservable: (...asked) => reading.one(...asked),
    stixCoreObjects: (...asked) => reading.list(...asked),
    stixCyberObservables: (...asked) => reading.list(...asked),

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
    draftWorkspaceAdd: ({ input: { name, entity_id: entityId = null } }, { user }) => {
      const id = store.openDraft(undefined, { name, entity_id: entityId, user_id: user.id });
      return { id, name, entity_id: entityId };
    },
    playbookStepExecution: (answer) => playbooks.answer(answer),
  };
}

// All except ping answer with the id, even if the work does not exist.
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
