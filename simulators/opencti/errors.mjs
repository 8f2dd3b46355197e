// Errors in the platform's form: a code, and the genre and the HTTP status under `data`.
import { graphql } from '../lib/graphql.mjs';

const kinds = {
  AUTH_REQUIRED: { http_status: 401, genre: 'TECHNICAL' },
  DRAFT_LOCKED: { http_status: 400, genre: 'BUSINESS' },
  FORBIDDEN_ACCESS: { http_status: 403, genre: 'TECHNICAL' },
  FUNCTIONAL_ERROR: { http_status: 400, genre: 'BUSINESS' },
  INTERNAL_SERVER_ERROR: { http_status: 500, genre: 'TECHNICAL' },
  WORK_NOT_ALIVE: { http_status: 400, genre: 'BUSINESS' },
  RESOURCE_NOT_FOUND: { http_status: 404, genre: 'BUSINESS' },
};

export function platformError(code, message, details = {}) {
  const data = { http_status: 500, genre: 'BUSINESS', ...kinds[code], ...details };
  return new graphql.GraphQLError(message, { extensions: { code, data } });
}

// The JSON form of one error. `name` repeats the code, for old clients.
export function formatError(error, byDefault = 'INTERNAL_SERVER_ERROR') {
  const { message, locations, path, extensions } = error.toJSON();
  const code = extensions?.code ?? byDefault;
  return { message, locations, path, extensions: { ...extensions, code }, name: code };
}
