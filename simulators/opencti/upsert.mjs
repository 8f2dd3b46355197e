// How a sent object changes an entity (opencti-graphql: utils/upsert-utils.js, database/middleware.ts; experiments 2 to 10, 24 to 26, 31).
// A user with less confidence than the entity only fills empty values, and adds labels and references.
import { Entity, contentOf, findable, present, referenceKey, refs, spelledLabels, union, united } from './entity.mjs';
import { aliasesOf, hasHashes, hashIds, isNamed, standardId } from './ids.mjs';
import { withValidity } from './indicators.mjs';
import { strictestMarkings } from './markings.mjs';
import { difference } from './patches.mjs';
import { isObservable, opencti_extension, readFields } from './stix.mjs';
import { may } from './users.mjs';

const sharing = 'KNOWLEDGE_KNUPDATE_KNORGARESTRICT';
// Types that are never restricted to organisations (utils/access.ts: STIX_ORGANIZATIONS_UNRESTRICTED).
const unrestricted = new Set(['identity', 'location', 'marking-definition']);
const plain_lists = /^indicator_types$|^note_types$/;

// The confidence of a sent object: the user's, or a lower one in the object; observables have none.
const confidenceOf = (sent, user) => (
  isObservable(sent) ? user.max_confidence : Math.min(user.max_confidence, sent.confidence ?? user.max_confidence)
);

// A new entity. Its standard id is generated before the values are trimmed; the sent id is kept as another id. `resolved` returns the
// entity with an id.
export function created(sent, user, standard, resolved) {
  const { created: born, modified, ...entity } = sent;
  const fresh = new Entity(entity);
  const now = fresh.created_at;
  fresh.standard_id = standard;
  fresh.given_id = standard;
  fresh.stix_ids = union(fresh.stix_ids, [sent.id, ...hashIds(sent)]).filter((id) => id !== standard);
  fresh.creator_ids = [user.id];
  fresh.confidence = confidenceOf(sent, user);
  if (!may(user, sharing) || unrestricted.has(sent.type)) fresh.granted_refs = [];
  if (!isObservable(sent)) Object.assign(fresh.content, { created: born ? new Date(born).toISOString() : now, modified: now });
  if (isNamed(sent)) fresh.content.x_opencti_aliases = otherNames(sent.name, aliasesOf(fresh.content));
  for (const key of Object.keys(fresh.content).filter((name) => refs.test(name))) fresh.content[key] = unitedRefs([], fresh.content[key], resolved);
  if (sent.type === 'indicator') {
    const { score, content, decay } = withValidity(sent, fresh.score);
    Object.assign(fresh.content, content);
    Object.assign(fresh, { score, decay: decay && { ...decay, history: [{ user: user.id, score }] } });
  }
  return fresh;
}

// Changes an entity by a sent object. → the patch of its STIX form; if it is empty, the entity also keeps its date
export function upsert(entity, sent, user, { resolved, enterprise = true }) {
  const before = entity.toStix();
  const level = confidenceOf(sent, user);
  const update = { entity, sent, user, resolved, matches: level >= entity.confidence, higher: level > entity.confidence };
  takeIds(update);
  if (!entity.creator_ids.includes(user.id)) entity.creator_ids = [...entity.creator_ids, user.id];
  takeContent(update);
  takeShared(update, enterprise);
  if (entity.showsConfidence && update.matches) entity.confidence = level;
  renewId(entity);
  return noted(entity, before);
}

// Sets the entity's date if its STIX form has changed. → the patch
export function noted(entity, before) {
  if (difference(comparable(before), comparable(entity.toStix())).length === 0) return [];
  entity.updated_at = new Date().toISOString();
  if (entity.showsConfidence) entity.content.modified = entity.updated_at;
  return difference(before, entity.toStix());
}

// The STIX form without values that are not the entity's own: its dates, and the texts of its references.
function comparable({ extensions, modified, external_references: references = [], ...stix }) {
  const own = { ...extensions[opencti_extension], updated_at: null };
  const shared = Object.entries(extensions).filter(([key]) => key !== opencti_extension)
    .map(([key, { external_references: others = [], ...fields }]) => [key, fields, others.map(referenceKey)]);
  return { ...stix, own, shared, references: references.map(referenceKey) };
}

function takeIds({ entity, sent, matches }) {
  const possible = standardId(sent);
  const rejected = matches ? [entity.standard_id, possible] : [entity.standard_id];
  const added = [sent.id, ...(sent.x_opencti_stix_ids ?? [])].filter((id) => !rejected.includes(id));
  entity.stix_ids = union(entity.stix_ids, added);
}

function takeContent({ entity, sent, user, resolved, matches }) {
  const { content } = entity;
  const said = sent.type === 'indicator' ? indicatorSaid(entity, sent, user, matches) : contentOf(sent);
  const allowed = (key) => matches || content[key] === undefined || content[key] === '';
  if (hasHashes(entity)) takeNames({ entity, sent, said, allowed, matches });
  if (isNamed(entity)) takeAliases(entity, said, matches);
  for (const [key, value] of Object.entries(said)) {
    if (!allowed(key) || value === '' || key === 'modified') continue;
    if (key === 'hashes') content.hashes = { ...content.hashes, ...value };
    else if (key === 'created' || key === 'start_time') content[key] = earliest(content[key], value, key);
    else if (key === 'stop_time') content[key] = latest(content[key], value);
    else if (refs.test(key)) content[key] = unitedRefs(content[key] ?? [], value, resolved);
    else if (plain_lists.test(key)) content[key] = union(content[key] ?? [], value);
    else if (key !== 'aliases' && key !== 'x_opencti_aliases') content[key] = value;
  }
}

function unitedRefs(known, added, resolved) {
  const entities = [...known, ...added].map((ref) => (typeof ref === 'string' ? resolved(ref) : present(ref)));
  return [...new Map(entities.map((entity) => [entity.internal_id, entity])).values()];
}

// Whenever a name is sent, even the same one, the file's present name is added to its other names (updateAttributeRaw).
function takeNames({ entity, sent, said, allowed, matches }) {
  const { additional_names: sentNames = [] } = readFields(sent);
  if (matches || entity.additional_names.length === 0) entity.additional_names = withNames(entity.additional_names, sentNames);
  if (said.name && allowed('name') && entity.content.name) entity.additional_names = added(entity.additional_names, [entity.content.name]);
}

// Names are compared before they are trimmed, so a name with outer blanks is stored a second time (docs/compatibility.md, "Also seen", 1).
function withNames(known, sent) {
  const names = added(known, sent.map((name) => name.trim()));
  const again = sent.filter((name) => name !== name.trim() && known.filter((other) => other === name.trim()).length === 1);
  return [...names, ...again.map((name) => name.trim())];
}

const added = (known, names) => [...known, ...new Set(names.filter((name) => !known.includes(name)))];

function takeAliases(entity, said, matches) {
  const { content } = entity;
  const known = aliasesOf(content);
  if (!matches) {
    if (known.length === 0) content.x_opencti_aliases = otherNames(content.name, aliasesOf(said));
    return;
  }
  const renamed = said.name !== undefined && compared(said.name) !== compared(content.name ?? '');
  const names = [...known, ...aliasesOf(said), ...(renamed && content.name ? [content.name] : [])];
  content.x_opencti_aliases = otherNames(said.name ?? content.name, names);
}

// The decay continues if the score is the one at its beginning, or one that the same user has set before.
function indicatorSaid(entity, sent, user, matches) {
  const { score, content, decay } = withValidity(sent, readFields(sent).score);
  const said = { ...contentOf(sent), ...content };
  if (!matches) return said;
  const known = entity.decay;
  const same = known && ((score === known.base && score === entity.score)
    || known.history.some((point) => point.user === user.id && point.score === score));
  if (same) {
    for (const key of ['valid_from', 'valid_until', 'revoked']) said[key] = entity.content[key];
  } else {
    entity.score = score;
    entity.decay = decay && { ...decay, history: [...(known?.history ?? []), { user: user.id, score }] };
  }
  return said;
}

function takeShared({ entity, sent, user, matches, higher }, enterprise) {
  const fields = readFields(sent);
  const { score, description } = fields;
  if (entity.type !== 'indicator' && typeof score === 'number' && (matches || entity.score === undefined)) entity.score = score;
  if (description?.trim() && (matches || !entity.description)) entity.description = description.trim();
  if (fields.author && (!entity.author || higher)) entity.author = fields.author;
  entity.labels = union(entity.labels, spelledLabels(fields.labels));
  entity.references = united(entity.references, findable(fields.references));
  if (matches || entity.markings.length === 0) entity.markings = strictestMarkings([...entity.markings, ...(fields.markings ?? [])]);
  if (enterprise && may(user, sharing) && !unrestricted.has(entity.type)) {
    entity.granted_refs = union(entity.granted_refs, fields.granted_refs ?? []);
  }
}

// The standard id follows from the entity's content, except for relationships. Files keep the ids of all their hashes. Other observables
// and notes lose their former id; entities with names are found by their names.
function renewId(entity) {
  if (entity.type === 'relationship') return;
  const now = standardId({ ...entity.content, type: entity.type, id: entity.standard_id });
  const former = entity.standard_id;
  entity.standard_id = now;
  if (hasHashes(entity)) entity.stix_ids = union(entity.stix_ids, [former, ...hashIds({ ...entity.content, type: entity.type })]);
  entity.stix_ids = entity.stix_ids.filter((id) => id !== now);
}

const compared = (name) => name.trim().toLowerCase();

// The aliases of an entity with this name: each once, without the name itself.
function otherNames(name, aliases) {
  const others = new Map();
  for (const alias of aliases) {
    const key = compared(alias);
    if (key && key !== compared(name) && !others.has(key)) others.set(key, alias.trim());
  }
  return [...others.values()];
}

// An unknown start or end means "always", and does not change.
const earliest = (known, sent, key) => (known === undefined && key === 'created' ? sent : known && (sent < known ? sent : known));
const latest = (known, sent) => known && (sent > known ? sent : known);
