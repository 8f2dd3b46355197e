// The faults of an answer on its way to the client: one function per kind of fault.
import { setTimeout as after } from 'node:timers/promises';
import { garbled, garbled_kinds } from './garble.mjs';
import { html, json, send } from './server.mjs';

export const common_kinds = [
  'latency', 'status', 'reset', 'slow_body', 'cut', 'huge', 'deep', 'not_json', 'wrong_shape', 'hang', 'hold',
  ...garbled_kinds,
];

// `held` keeps the answers of the kind hold; `description` is shown for each.
export async function deliver({ response, answer, fault, held, description }) {
  if (fault === null) return send(response, answer);
  return ways[fault.kind]({ response, answer, fault, held, description });
}

const ways = {
  status: ({ response, fault }) => send(response, errorAnswer(fault)),
  not_json: ({ response, fault }) => send(response, html(200, fault.body ?? '<html><body>Please log in</body></html>')),
  wrong_shape: ({ response, fault }) => send(response, json(200, fault.body ?? [])),
  deep: ({ response, fault }) => send(response, json(200, nested(fault.depth ?? 10_000))),
  huge,
  slow_body,
  cut,
  reset,
  ...garbled,
  hang: () => {},
  hold: async ({ response, answer, held, description }) => {
    await held.wait(description, response);
    send(response, answer);
  },
};

function errorAnswer(fault) {
  const status = fault.status ?? 500;
  const plain = fault.body === undefined;
  const answer = plain ? html(status, `<html><body><h1>${status}</h1></body></html>`) : json(status, fault.body);
  if (!plain && typeof fault.body === 'string') answer.headers['content-type'] = 'text/html; charset=utf-8';
  if (fault.retry_after !== undefined) answer.headers['retry-after'] = String(fault.retry_after);
  return answer;
}

const nested = (depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

// A JSON text of `bytes` bytes, written piece by piece as the client reads it. With `chunked`, its length is not announced.
async function huge({ response, fault }) {
  const bytes = fault.bytes ?? 64 * 1024 * 1024;
  const headers = { 'content-type': 'application/json' };
  if (!fault.chunked) headers['content-length'] = bytes;
  response.writeHead(200, headers);
  const piece = Buffer.alloc(64 * 1024, 'x');
  response.write('{"a":"');
  for (let left = bytes - 8; left > 0 && !response.destroyed; left -= piece.length) {
    const more = response.write(left < piece.length ? piece.subarray(0, left) : piece);
    if (!more) await drained(response);
  }
  response.end('"}');
}

// The correct answer, spread evenly over `ms`.
async function slow_body({ response, answer, fault }) {
  const body = Buffer.from(answer.body);
  const ms = fault.ms ?? 10_000;
  const pieces = Math.min(body.length, Math.max(2, Math.round(ms / 50)));
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  for (let i = 0; i < pieces && !response.destroyed; i += 1) {
    response.write(body.subarray(Math.floor((i * body.length) / pieces), Math.floor(((i + 1) * body.length) / pieces)));
    await after(ms / pieces);
  }
  response.end();
}

// The first half of the correct answer. With `length` "long", more is announced than is sent, and the connection ends.
function cut({ response, answer, fault }) {
  const body = Buffer.from(answer.body);
  const half = body.subarray(0, body.length >> 1);
  const announced = fault.length === 'long' ? body.length : half.length;
  response.writeHead(answer.status, { ...answer.headers, 'content-length': announced });
  if (announced === half.length) response.end(half);
  else response.write(half, () => response.destroy());
}

// Resets the connection: before the answer, or after the headers if `when` is "headers".
function reset({ response, answer, fault }) {
  const { socket } = response;
  if (fault.when !== 'headers') {
    socket.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.flushHeaders();
  setTimeout(() => socket.resetAndDestroy(), 20);
}

// Resolves when more can be written, or when the client has disconnected.
function drained(response) {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
