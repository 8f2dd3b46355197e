// An HTTP server on the loopback interface. It prints its address as one JSON line, and ends cleanly on SIGTERM and SIGINT.
import http from 'node:http';

const idle_connection_ms = 65_000;

export function serve({ port, verbose, handle, atExit = () => {} }) {
  const server = http.createServer({ keepAliveTimeout: idle_connection_ms, noDelay: true }, (request, response) => {
    if (verbose) {
      response.on('close', () => {
        process.stderr.write(`${request.method} ${request.url} ${response.statusCode}\n`);
      });
    }
    handle(request, response).catch((error) => fail(response, error));
  });
  server.requestTimeout = 0;

  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    server.close();
    server.closeAllConnections();
    await atExit();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);

  server.on('error', (error) => {
    process.stderr.write(`cannot listen on 127.0.0.1:${port}: ${error.message}\n`);
    process.exit(1);
  });
  server.listen(port, '127.0.0.1', () => {
    process.stdout.write(`${JSON.stringify({ listening: `http://127.0.0.1:${server.address().port}` })}\n`);
  });
}

function fail(response, error) {
  process.stderr.write(`${error.stack}\n`);
  if (response.headersSent) response.destroy();
  else send(response, text(500, `${error.message}\n`));
}

// The body of a request, or null if it is longer than `limit` bytes; the rest is then read and discarded.
export async function readBody(request, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? null : Buffer.concat(chunks);
}

// An answer is { status, headers, body }; these functions create the common ones.
export const json = (status, value) => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: typeof value === 'string' ? value : JSON.stringify(value),
});
export const html = (status, body) => ({ status, headers: { 'content-type': 'text/html; charset=utf-8' }, body });
export const text = (status, body) => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });

export function send(response, answer) {
  if (response.destroyed) return;
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

// Not `new URL`, which takes the path "//graphql" for a host name. A client that uses this server as its proxy sends an absolute URL.
export function splitTarget(whole) {
  const target = whole.replace(/^https?:\/\/[^/?]*/, '');
  const question = target.indexOf('?');
  return question < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, question), query: new URLSearchParams(target.slice(question + 1)) };
}
