// The platform's users: their rights, their confidence, and the markings that they may see.
import { randomUUID } from 'node:crypto';
import { Rejection } from '../lib/router.mjs';
import { markings, markingsUpTo } from './markings.mjs';

// The stock role "Connector" (opencti-graphql: database/data-initialization.js).
export const connector_role = [
  'APIACCESS_USETOKEN', 'KNOWLEDGE_KNUPDATE_KNDELETE', 'KNOWLEDGE_KNUPDATE_KNMERGE', 'KNOWLEDGE_KNUPDATE_KNBYPASSFIELDS',
  'KNOWLEDGE_KNUPLOAD', 'KNOWLEDGE_KNASKIMPORT', 'KNOWLEDGE_KNGETEXPORT_KNASKEXPORT', 'KNOWLEDGE_KNENRICHMENT', 'CONNECTORAPI',
  'KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE', 'MODULES_MODMANAGE', 'TAXIIAPI', 'INGESTION', 'SETTINGS_SETMARKINGS', 'SETTINGS_SETLABELS',
  'SETTINGS_SETVOCABULARIES', 'SETTINGS_SETKILLCHAINPHASES',
];

export const administrator = '88ec0c6a-13ce-5e39-b486-354fe4a7084f';
const full_confidence = 100;

// A right includes the rights at the beginning of its name: MODULES_MODMANAGE includes MODULES (graphql/authDirective.ts, utils/access.ts).
export const may = (user, right) => (
  user.capabilities.includes('BYPASS') || (right !== 'BYPASS' && user.capabilities.some((name) => name.includes(right)))
);

// A user sees an entity unless it has a marking that the user may not see (database/engine.ts: buildDataRestrictions).
export const maySee = (user, entity) => (
  user.capabilities.includes('BYPASS') || entity.markings.every((id) => user.allowed.has(id))
);

export class Users {
  #users = new Map();
  #byToken = new Map();

  constructor() {
    this.put({ id: administrator, name: 'admin', capabilities: ['BYPASS'] });
  }

  // Adds a user, or changes one. `max_markings` are the strictest levels that the user may see, such as ["TLP:AMBER"].
  put({ id = randomUUID(), token, name, capabilities, max_confidence: confidence, max_markings: levels }) {
    const known = this.#users.get(id);
    const user = {
      id,
      name: name ?? known?.name ?? id,
      capabilities: capabilities ?? known?.capabilities ?? connector_role,
      max_confidence: confidence ?? known?.max_confidence ?? full_confidence,
      allowed: levels === undefined ? known?.allowed ?? new Set(Object.keys(markings)) : allowed(levels),
    };
    this.#users.set(id, user);
    if (token !== undefined) this.#byToken.set(token, id);
    return user;
  }

  get(id) {
    return this.#users.get(id);
  }

  // The user of the token in a header, or null; also null if the user lacks the right to use tokens.
  authenticated(header = '') {
    const [scheme, token] = header.split(' ');
    const user = scheme === 'Bearer' ? this.#users.get(this.#byToken.get(token)) : undefined;
    return user !== undefined && may(user, 'APIACCESS_USETOKEN') ? user : null;
  }

  // The user as the control API shows it.
  shown({ allowed: ids, ...user }) {
    return { ...user, markings: [...ids].map((id) => markings[id].definition) };
  }

  all() {
    return [...this.#users.values()];
  }
}

// For each kind of marking, the levels up to the named one; all levels if none is named.
function allowed(levels) {
  const unknown = levels.find((level) => markingsUpTo(level) === null);
  if (unknown !== undefined) throw new Rejection(400, `"${unknown}" is not a known marking`);
  const kinds = new Set(levels.map((level) => level.split(':')[0]));
  const others = Object.keys(markings).filter((id) => !kinds.has(markings[id].definition_type));
  return new Set([...others, ...levels.flatMap(markingsUpTo)]);
}

// The answer to the query `me`.
export function asMe(user) {
  const everything = Object.entries(markings).map(([id, marking]) => ({ ...marking, id, standard_id: id }));
  const seen = user.capabilities.includes('BYPASS') ? everything : everything.filter(({ id }) => user.allowed.has(id));
  return {
    id: user.id,
    standard_id: `user--${user.id}`,
    entity_type: 'User',
    user_email: `${user.name}@opencti.example`,
    name: user.name,
    capabilities: user.capabilities.map((name) => ({ id: name, name })),
    capabilitiesInDraft: [],
    allowed_marking: seen,
    max_shareable_marking: seen,
    effective_confidence_level: { max_confidence: user.max_confidence, overrides: [] },
  };
}
