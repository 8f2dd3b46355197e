// POST /graphql: reads the bytes of a request, and creates the answer, with the limits and statuses of the real server.
import { json, readBody } from '../lib/server.mjs';
import { formatError, platformError } from './errors.mjs';
import { readMultipart } from './multipart.mjs';

const largest_body = 50 * 1024 * 1024;

export class Endpoint {
  #api;
  #users;
  #draftProblem;
  #isWorkAlive;

  // `draftProblem(id)` returns why a draft cannot be used, or null; `isWorkAlive(id)` whether a request for a work is allowed.
  constructor({ api, users, draftProblem, isWorkAlive }) {
    this.#api = api;
    this.#users = users;
    this.#draftProblem = draftProblem;
    this.#isWorkAlive = isWorkAlive;
  }

  // → { operations, answer } if there is nothing to execute, else { operations, run() → answer }
  async read(request) {
    if (request.method !== 'POST') return refused(405, 'Method Not Allowed');
    const body = await readBody(request, largest_body);
    if (body === null) return refused(500, 'request entity too large');
    const type = request.headers['content-type'] ?? '';
    const multipart = /^multipart\/form-data\b/i.test(type);
    if (!multipart && !/^application\/json\b/i.test(type)) {
      return badRequest('POST body missing, invalid Content-Type, or JSON object has no keys.');
    }
    let sent;
    try {
      sent = multipart ? readMultipart(type, body) : JSON.parse(body.toString('utf8'));
    } catch (error) {
      return refused(500, error.message);
    }
    if (Array.isArray(sent)) return badRequest('Operation batching disabled.');
    if (typeof sent?.query !== 'string' || sent.query === '') {
      return badRequest('GraphQL operations must contain a non-empty `query` or a `persistedQuery` extension.');
    }
    return this.#prepare(request, sent);
  }

  #prepare({ headers }, { query, variables }) {
    const draftId = headers['opencti-draft-id'] || null;
    const workId = headers['opencti-work-id'] || null;
    if (workId && !this.#isWorkAlive(workId)) {
      return impossible('WORK_NOT_ALIVE', 'Work is no longer alive, no request can be done within the context of this work');
    }
    const problem = this.#draftProblem(draftId);
    if (problem) {
      // The platform spreads the reason, a text, into its characters.
      return impossible('DRAFT_LOCKED', 'Draft is in a locked state, no request can be done within this draft', { ...problem });
    }
    const user = this.#users.authenticated(headers.authorization);
    const prepared = this.#api.prepare(query);
    const run = async () => json(200, await this.#api.execute(prepared, variables ?? {}, { user, draftId }));
    return { operations: prepared.operations, run };
  }
}

// An error about the context of a request has no data of its operation.
const impossible = (code, message, details) => (
  { operations: [], answer: json(500, { errors: [formatError(platformError(code, message, details))] }) }
);
const refused = (status, error) => ({ operations: [], answer: json(status, { status: 'error', error }) });
const badRequest = (message) => (
  { operations: [], answer: json(400, { errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] }) }
);
