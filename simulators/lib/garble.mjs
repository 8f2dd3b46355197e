// Invalid answers, as proxies, caches and broken servers create them. Each function writes to the connection itself, without node's own
// checks.
import { gzipSync } from 'node:zlib';

export const garbled_kinds = ['proxy_page', 'broken_gzip', 'unknown_encoding', 'bad_length', 'http09'];

const page = '<!DOCTYPE html>\n<html><head><title>Request blocked</title></head>\n<body><h1>Blocked by policy</h1></body></html>\n';

export const garbled = {
  // A page as from a proxy.
  proxy_page: ({ response, fault }) => write(response, fault.status ?? 400, {
    server: fault.server ?? 'squid/5.7', via: '1.1 gateway.example (squid/5.7)', 'content-type': 'text/html',
  }, Buffer.from(fault.body ?? page)),
  // The correct answer, compressed, with a byte changed in the middle.
  broken_gzip: ({ response, answer }) => {
    const body = gzipSync(answer.body);
    body[body.length >> 1] ^= 0xff;
    body.fill(0xff, body.length - 8);
    write(response, answer.status, { ...answer.headers, 'content-encoding': 'gzip' }, body);
  },
  unknown_encoding: ({ response, answer }) => (
    write(response, answer.status, { ...answer.headers, 'content-encoding': 'x-rot13' }, Buffer.from(answer.body))
  ),
  bad_length: ({ response, answer }) => (
    write(response, answer.status, { ...answer.headers, 'content-length': '12a' }, Buffer.from(answer.body))
  ),
  // Only a body, as in HTTP/0.9.
  http09: ({ response }) => response.socket.end(page),
};

function write({ socket }, status, headers, body) {
  const lines = Object.entries({ 'content-length': body.length, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} Something\r\n${lines.join('')}connection: close\r\n\r\n`);
  socket.end(body);
}
