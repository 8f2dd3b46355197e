// A client of a running simulator's control API.
import http from 'node:http';

export class Control {
  #url;

  constructor(url) {
    this.#url = url;
  }

  get(path) {
    return this.#ask('GET', path);
  }

  post(path, body = {}) {
    return this.#ask('POST', path, body);
  }

  delete(path) {
    return this.#ask('DELETE', path);
  }

  async #ask(method, path, body) {
    const { status, text } = await this.#send(method, path, body === undefined ? '' : JSON.stringify(body));
    const answer = JSON.parse(text);
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${answer.error}`);
    return answer;
  }

  // Not with `fetch`, for which Debian 12's Node prints a warning that it is experimental.
  #send(method, path, body) {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const request = http.request(`${this.#url}/control/${path}`, { method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => { text += part; });
        response.on('error', reject).on('end', () => resolve({ status: response.statusCode, text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}
