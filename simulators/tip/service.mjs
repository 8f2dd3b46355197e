// The lookup API itself: a request in, an answer out. Knows nothing of faults and sockets.
import { html, json } from '../lib/server.mjs';
import { lookups } from './lookups.mjs';

const parameters = new Set(['sections', 'count', 'format']);
const records_by_default = 1000;
// What may stand in a segment of a path as it is; the rest must be percent-encoded.
const segment_form = /^(?:[\w.~!$&'()*+,;=:@-]|%[0-9a-f]{2})+$/i;

export class Service {
  #samples;
  #token;
  #prefix;
  license = { DayRequests: 0 };

  constructor({ samples, token, basePath }) {
    this.#samples = samples;
    this.#token = `Bearer ${token}`;
    this.#prefix = `${basePath.replace(/\/+$/, '')}/api/`;
  }

  answer({ method, path, query, authorization }) {
    if (!path.startsWith(this.#prefix)) return refuse(404, 'Not Found');
    if (method !== 'GET') return refuse(405, 'Method Not Allowed');
    if (authorization !== this.#token) return refuse(401, 'Unauthorized');
    const [kind, name, ...rest] = path.slice(this.#prefix.length).split('/');
    if (!Object.hasOwn(lookups, kind) || !name || rest.length > 0) return refuse(404, 'Not Found');

    const object = decode(name);
    if (object?.length > lookups[kind].longest) return refuse(414, 'URI Too Long');
    const problem = complaint(kind, object, query);
    if (problem) return refuse(400, problem);
    return this.#lookUp(kind, object, query);
  }

  #lookUp(kind, name, query) {
    this.license.DayRequests += 1;
    const sample = this.#samples.find(kind, name);
    if (!sample) return refuse(404, 'Not Found');
    const sections = query.get('sections')?.split(',');
    const count = Number(query.get('count') ?? records_by_default);
    return json(200, sample.text(sections, count, this.license));
  }
}

// What is wrong with a request, or null. `object` is what is asked about, null when that cannot be read.
function complaint(kind, object, query) {
  const { accepts, sections } = lookups[kind];
  if (object === null || !accepts(object)) return `malformed ${kind}`;
  for (const parameter of new Set(query.keys())) {
    if (!parameters.has(parameter)) return `unknown parameter ${parameter}`;
    if (query.getAll(parameter).length > 1) return `parameter ${parameter} given twice`;
  }
  if (query.has('count') && !/^[1-9]\d{0,5}$/.test(query.get('count'))) return 'count is not a positive number';
  if (query.has('format') && query.get('format') !== 'json') return 'format is not json';
  const unknown = query.get('sections')?.split(',').find((section) => !sections.includes(section));
  return unknown === undefined ? null : `unknown section "${unknown}"`;
}

// Once: an encoded percent sign stays one.
function decode(name) {
  if (!segment_form.test(name)) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

// The real service may answer an error with HTML, JSON or nothing; HTML keeps clients from relying on a body.
const escaped = (text) => text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
const refuse = (status, reason) => html(status, `<html><body><h1>${status}</h1><p>${escaped(reason)}</p></body></html>`);
