// A GraphQL request with a file (GraphQL multipart request specification), as the platform accepts it: the parts `operations`, `map` and
// the file, in this order.

// → { query, variables }, where { filename, mimetype, content } is the variable of the file. Throws an error with the defect of the
// request.
export function readMultipart(contentType, body) {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!boundary) throw new Error('Content-Type lacks a boundary');
  const [operations, map, ...files] = partsOf(body, boundary);
  if (operations?.name !== 'operations') throw new Error('Missing multipart field ‘operations’');
  if (map?.name !== 'map') throw new Error('Misordered multipart fields; ‘map’ should follow ‘operations’');
  const sent = JSON.parse(operations.content.toString('utf8'));
  for (const [part, paths] of Object.entries(JSON.parse(map.content.toString('utf8')))) {
    const file = files.find(({ name }) => name === part);
    if (!file) throw new Error('File missing in the request');
    for (const path of paths) put(sent, path.split('.'), file);
  }
  return sent;
}

function partsOf(body, boundary) {
  const text = body.toString('latin1');
  const pieces = text.split(`--${boundary}`);
  if (pieces.length < 2 || !pieces.at(-1).startsWith('--')) throw new Error('Unexpected end of form');
  return pieces.slice(1, -1).map((piece) => {
    const end = piece.indexOf('\r\n\r\n');
    const headers = piece.slice(0, end);
    return {
      name: /[ ;]name="([^"]*)"/.exec(headers)?.[1],
      filename: /filename="([^"]*)"/.exec(headers)?.[1],
      mimetype: /Content-Type: *([^\r\n]+)/i.exec(headers)?.[1],
      content: Buffer.from(piece.slice(end + 4, -2), 'latin1'),
    };
  });
}

function put(sent, path, file) {
  const [last, ...above] = path.reverse();
  const holder = above.reverse().reduce((at, key) => at[key], sent);
  if (holder[last] !== null) throw new Error(`${path.join('.')} must be null`);
  holder[last] = file;
}
