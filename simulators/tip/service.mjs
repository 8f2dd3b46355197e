// The lookup API: creates the answer to a request. Faults and connections are handled elsewhere.
import { html, json } from '../lib/server.mjs';
import { lookups } from './lookups.mjs';

const parameters = new Set(['sections', 'count', 'format']);
const records_by_default = 1000;
// The characters that a path segment may contain directly; all others must be percent-encoded.
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

// The defect of a request, or null. `object` is the value to look up, null if it cannot be read.
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

// Decodes once: an encoded percent sign stays encoded.
function decode(name) {
  if (!segment_form.test(name)) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

// The real service may answer an error with HTML, JSON or nothing. HTML ensures that clients do not rely on the body.
const escaped = (text) => text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
const refuse = (status, reason) => html(status, `<html><body><h1>${status}</h1><p>${escaped(reason)}</p></body></html>`);
