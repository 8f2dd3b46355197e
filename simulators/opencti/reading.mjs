// Reads entities over GraphQL: single ones, and lists.
import { filtered, idsAsked, paged } from './listing.mjs';
import { markingOf } from './markings.mjs';
import { generatedId, isNamed, naturalKeys } from './ids.mjs';
import { isObservable } from './stix.mjs';
import { maySee } from './users.mjs';

const abstract_types = {
  'stix-core-object': ({ type }) => type !== 'relationship',
  'stix-cyber-observable': isObservable,
  'stix-domain-object': (entity) => entity.type !== 'relationship' && !isObservable(entity),
};

// The ids that a country, a sector or a similar entity has by its name and its aliases.
const idsOfNames = (entity) => (isNamed(entity) ? naturalKeys({ ...entity.content, type: entity.type }) : []);

// The keys by which an entity is found. `ids` means any of its ids: also former ones, those of other senders, and those of its names.
const keys = {
  ids: (entity) => [...entity.ids, ...idsOfNames(entity)],
  internal_id: ({ internal_id: id }) => id,
  id: () => [],
  standard_id: ({ standard_id: id }) => id,
  x_opencti_stix_ids: (entity) => formerIds(entity),
  entity_type: ({ entity_type: type }) => type,
  created_at: ({ created_at: date }) => date,
  updated_at: ({ updated_at: date }) => date,
  value: ({ content }) => content.value,
  name: ({ content }) => content.name,
  x_opencti_aliases: ({ content }) => content.x_opencti_aliases ?? [],
  alias: ({ content }) => content.x_opencti_aliases ?? [],
  x_opencti_score: ({ score }) => score,
  'hashes.MD5': ({ content }) => content.hashes?.MD5,
  'hashes.SHA-1': ({ content }) => content.hashes?.['SHA-1'],
  'hashes.SHA-256': ({ content }) => content.hashes?.['SHA-256'],
};

const formerIds = ({ ids, standard_id: standard, internal_id: internal }) => [...ids].filter((id) => id !== standard && id !== internal);

export class Reading {
  #store;
  #users;

  constructor({ store, users }) {
    this.#store = store;
    this.#users = users;
  }

  // → the entity as shown, or null if it does not exist, the user may not see it, or the part of the schema does not have its type
  one({ id }, context, { schema, returnType }) {
    const entity = this.#store.find(id, context.draftId);
    const shown = entity && maySee(context.user, entity) ? this.#shown(entity, context) : null;
    return shown && schema.getPossibleTypes(returnType).some(({ name }) => name === shown.__typename) ? shown : null;
  }

  list({ first, after, types, orderBy, orderMode, filters }, context, { schema, returnType }) {
    const node = returnType.getFields().edges.type.ofType.ofType.ofType.getFields().node.type.ofType;
    const known = new Set(schema.getPossibleTypes(node).map(({ name }) => name));
    const seen = (entity) => maySee(context.user, entity) && known.has(typeName(entity)) && isOf(entity, types);
    const matching = filtered(this.#candidates(filters, context.draftId), filters, keys).filter(seen);
    const { edges, pageInfo } = paged(matching, {
      first, after, order: (entity) => entity[orderBy] ?? '', descending: orderMode === 'desc', idOf: ({ standard_id: id }) => id,
    });
    return { edges: edges.map(({ node: entity, cursor }) => ({ cursor, node: this.#shown(entity, context) })), pageInfo };
  }

  #candidates(filters, draftId) {
    const ids = idsAsked(filters);
    if (ids === null) return this.#store.all(draftId);
    return new Set(ids.map((id) => this.#store.find(id, draftId)).filter((entity) => entity !== undefined));
  }

  #shown(entity, { user, draftId }) {
    const { content } = entity;
    const author = () => {
      const identity = this.#store.find(entity.author, draftId);
      if (!identity || !maySee(user, identity)) return null;
      return this.#shown(identity, { user, draftId });
    };
    return {
      ...content,
      __typename: typeName(entity),
      id: entity.internal_id,
      standard_id: entity.standard_id,
      entity_type: entity.entity_type,
      created_at: entity.created_at,
      updated_at: entity.updated_at,
      x_opencti_stix_ids: formerIds(entity),
      createdBy: author,
      objectMarking: entity.markings.map(markingOf),
      objectOrganization: [],
      objectLabel: entity.labels.map((value) => ({ id: generatedId('label', { value }), standard_id: generatedId('label', { value }), value })),
      externalReferences: ({ first }) => referencesOf(entity, first),
      creators: entity.creator_ids.map((id) => ({ id, name: this.#users.get(id)?.name ?? id })),
      toStix: () => JSON.stringify(entity.toStix()),
      x_opencti_score: entity.score,
      x_opencti_description: entity.description,
      x_opencti_additional_names: entity.additional_names,
      observable_value: content.value ?? content.name ?? Object.values(content.hashes ?? {})[0] ?? String(content.number ?? 'Unknown'),
      hashes: content.hashes && Object.entries(content.hashes).map(([algorithm, hash]) => ({ algorithm, hash })),
      attribute_abstract: content.abstract,
      revoked: content.revoked ?? false,
    };
  }
}

const typeName = ({ entity_type: type }) => type.replaceAll('-', '');

const isOf = (entity, types) => !types?.length || types.some((type) => {
  const wanted = type.toLowerCase();
  return entity.entity_type.toLowerCase() === wanted || abstract_types[wanted]?.(entity) === true;
});

function referencesOf({ references }, first) {
  const nodes = references.map(({ source_name, url = null, external_id = null, description = null }) => {
    const id = generatedId('external-reference', url ? { url } : { external_id, source_name });
    return { id, standard_id: id, source_name, url, external_id, description };
  });
  return paged(nodes, { first, order: () => '', idOf: ({ id }) => id });
}
