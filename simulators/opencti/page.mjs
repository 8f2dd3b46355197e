// A page for people: the registered connectors, the requests and the results.
const rows_shown = 50;
const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (value) => String(value ?? '').replace(/[&<>"']/g, (character) => escapes[character]);

export function page({ version, connectors, works, worker, playbooks }) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Simulated OpenCTI</title>
<style>
body { font: 14px/1.4 sans-serif; margin: 2em; }
table { border-collapse: collapse; margin-bottom: 2em; }
th, td { border-bottom: 1px solid #ccc; padding: .3em .8em; text-align: left; vertical-align: top; }
pre { margin: 0; max-width: 60em; overflow: auto; }
</style>
</head>
<body>
<h1>Simulated OpenCTI ${escape(version)}</h1>
<p>Its control API: simulators/README.md. As data: <a href="/control/state">/control/state</a></p>
<h2>Connectors</h2>
${table(['id', 'name', 'scope', 'auto', 'last seen'], connectors.all().map(connectorRow))}
<h2>Works</h2>
${table(['asked', 'for', 'status', 'done', 'messages', 'errors'], newest(works.all()).map((work) => workRow(work, works)))}
<h2>Received</h2>
${table(['received', 'outcome', 'objects', 'errors', 'content'], newest(worker.bundles(rows_shown)).map(bundleRow))}
<h2>Playbook answers</h2>
${table(['received', 'expected', 'bundle'], newest(playbooks.answers()).map(answerRow))}
</body>
</html>
`;
}

const newest = (list) => list.slice(-rows_shown).reverse();

function connectorRow({ id, name, connector_scope: scope, auto, updated_at: seen }) {
  return [id, name, scope.join(', '), auto ? 'yes' : 'no', seen].map(escape);
}

function workRow(work, works) {
  const { import_processed_number: done, import_expected_number: expected } = works.tracking(work);
  const texts = (list) => list.map(({ message }) => message).join(' | ');
  const status = work.forced ? `${work.status} (forced)` : work.status;
  const counted = `${done ?? '-'} of ${expected ?? '-'}`;
  return [work.timestamp, work.event_source_id, status, counted, texts(work.messages), texts(work.errors)].map(escape);
}

function bundleRow({ received_at: at, outcome, objects, errors, imported, dropped }) {
  const counts = `${objects.length} (${imported} imported, ${dropped} dropped)`;
  return [...[at, outcome, counts, errors.map(({ message }) => message).join(' | ')].map(escape), folded(objects)];
}

function answerRow({ received_at: at, expected, bundle }) {
  return [...[at, expected ? 'yes' : 'no'].map(escape), folded(bundle)];
}

const folded = (value) => `<details><summary>JSON</summary><pre>${escape(JSON.stringify(value, null, 2))}</pre></details>`;

// The cells of `rows` are HTML.
function table(names, rows) {
  if (rows.length === 0) return '<p>None yet.</p>';
  const head = names.map((name) => `<th>${escape(name)}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<table>\n<tr>${head}</tr>\n${body}\n</table>`;
}
