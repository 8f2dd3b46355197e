// Lists as the platform returns them: filtered, sorted, page by page (opencti-graphql: database/engine.ts elPaginate, database/utils.ts
// buildPagination, utils/filtering). Of the platform's keys and operators, only those are supported that a connector needs.
import { platformError } from './errors.mjs';

const default_first = 500;
const largest_first = 5000;
const id_keys = ['ids', 'internal_id', 'standard_id'];

// `keys` maps each key that may be filtered to a function that returns the item's value, or a list of values.
// → the matching items
export function filtered(items, filters, keys) {
  if (!filters) return [...items];
  check(filters, keys);
  return [...items].filter((item) => passes(item, filters, keys));
}

// The ids of which all matches must have one, or null if the filters name none.
export function idsAsked(filters) {
  const filter = filters?.mode === 'and' || filters?.filters.length === 1
    ? filters.filters.find(({ key, operator }) => key.every((name) => id_keys.includes(name)) && (operator ?? 'eq') === 'eq')
    : undefined;
  return filter ? filter.values.map(String) : null;
}

// A page in the platform's form. `order` returns the value by which items are sorted; items with the same value are sorted by id.
export function paged(items, { first = default_first, after, order, descending = false, idOf }) {
  const sorted = items.map((node) => ({ node, at: [order(node) ?? '', idOf(node)] })).sort((a, b) => compared(a.at, b.at, descending));
  const start = after ? JSON.parse(Buffer.from(after, 'base64').toString('utf8')) : null;
  const rest = start ? sorted.filter(({ at }) => compared(at, start, descending) > 0) : sorted;
  const edges = rest.slice(0, Math.min(first, largest_first))
    .map(({ node, at }) => ({ node, cursor: Buffer.from(JSON.stringify(at)).toString('base64') }));
  const pageInfo = {
    startCursor: edges[0]?.cursor ?? '',
    endCursor: edges.at(-1)?.cursor ?? '',
    // True also if there are no more items: the platform does not check.
    hasNextPage: edges.length === first,
    hasPreviousPage: start !== null,
    globalCount: items.length,
  };
  return { edges, pageInfo };
}

function compared([a, id], [b, other], descending) {
  if (a !== b) return (a < b ? -1 : 1) * (descending ? -1 : 1);
  return id < other ? -1 : Number(id > other);
}

function check({ filters, filterGroups }, keys) {
  const unknown = filters.flatMap(({ key }) => key).filter((key) => !Object.hasOwn(keys, key));
  if (unknown.length > 0) {
    throw platformError('UNSUPPORTED_ERROR', 'Incorrect filter keys not existing in any schema definition', { keys: unknown });
  }
  if (filters.some(({ key, mode }) => key[0] === 'ids' && mode === 'and')) {
    throw platformError('UNSUPPORTED_ERROR', "Unsupported filter: 'And' operator between values of a filter with key = 'ids' is not supported");
  }
  for (const group of filterGroups) check(group, keys);
}

function passes(item, { mode, filters, filterGroups }, keys) {
  const every = mode === 'and';
  const tests = [
    ...filters.map((filter) => () => meets(item, filter, keys)),
    ...filterGroups.map((group) => () => passes(item, group, keys)),
  ];
  return tests.length === 0 || (every ? tests.every((test) => test()) : tests.some((test) => test()));
}

function meets(item, { key, values, operator = 'eq', mode = 'or' }, keys) {
  const stored = key.flatMap((name) => keys[name](item)).filter((value) => value !== undefined && value !== null && value !== '');
  if (operator === 'nil') return stored.length === 0;
  if (operator === 'not_nil') return stored.length > 0;
  const one = (value) => stored.some((known) => operators[operator](known, typed(value, known)));
  if (operator === 'not_eq') return values.every((value) => !stored.some((known) => operators.eq(known, typed(value, known))));
  return mode === 'and' ? values.every(one) : values.some(one);
}

const operators = {
  eq: (known, value) => known === value || String(known).toLowerCase() === String(value).toLowerCase(),
  lt: (known, value) => known < value,
  lte: (known, value) => known <= value,
  gt: (known, value) => known > value,
  gte: (known, value) => known >= value,
};

// Numbers are compared as numbers; `now-1h` is a date.
function typed(value, known) {
  if (typeof known === 'number') return Number(value);
  const relative = /^now(?:-(\d+)([smhdw]))?$/.exec(String(value));
  if (!relative) return String(value);
  const unit = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[relative[2]] ?? 0;
  return new Date(Date.now() - Number(relative[1] ?? 0) * unit * 1000).toISOString();
}
