// The control API of a simulator: a table from "METHOD /path/:parameter" to a function of { params, query, body }. The return value is sent
// as JSON; a Rejection becomes an error answer.
import { json, readBody, splitTarget } from './server.mjs';

const largest_body = 256 * 1024 * 1024;

export class Rejection extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Router {
  #routes;

  constructor(table) {
    this.#routes = Object.entries(table).map(([route, run]) => {
      const [method, path] = route.split(' ');
      return { method, segments: path.split('/'), run };
    });
  }

  async answer(request) {
    const { path, query } = splitTarget(request.url);
    const given = path.split('/');
    const route = this.#routes.find(({ method, segments }) => method === request.method && fits(segments, given));
    if (!route) return json(404, { error: `no such control: ${request.method} ${path}` });
    try {
      const body = await readJson(request);
      return json(200, (await route.run({ params: parameters(route.segments, given), query, body })) ?? {});
    } catch (error) {
      if (error instanceof Rejection) return json(error.status, { error: error.message });
      throw error;
    }
  }
}

function fits(segments, given) {
  return segments.length === given.length && segments.every((name, i) => name.startsWith(':') || name === given[i]);
}

function parameters(segments, given) {
  const named = segments.map((name, i) => [name, given[i]]).filter(([name]) => name.startsWith(':'));
  return Object.fromEntries(named.map(([name, value]) => [name.slice(1), decodeURIComponent(value)]));
}

async function readJson(request) {
  const body = await readBody(request, largest_body);
  if (body === null) throw new Rejection(413, 'the body is too large');
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new Rejection(400, `the body is not JSON: ${error.message}`);
  }
}
