// The messages that a connector publishes: an envelope around a bundle, and the order in which its objects are imported.

// Reads a message into `record`. → the bundle
export function open(body, record) {
  const { content, ...envelope } = JSON.parse(body.toString('utf8'));
  record.envelope = envelope;
  record.work_id = envelope.work_id ?? null;
  record.draft_id = envelope.draft_id || null;
  const text = Buffer.from(content, 'base64');
  if (text.toString('base64').replace(/=+$/, '') !== content.replace(/=+$/, '')) throw new Error('content is not base64');
  const bundle = JSON.parse(text.toString('utf8'));
  if (!Array.isArray(bundle.objects) || bundle.objects.length === 0) throw new Error('the bundle has no objects');
  record.objects = bundle.objects;
  return bundle;
}

// Of several objects with the same id, the last one counts, at the place of the first one.
export function uniqueById(objects) {
  return [...new Map(objects.map((object) => [object.id, object])).values()];
}

export function inDependencyOrder(objects) {
  const byId = new Map(objects.map((object) => [object.id, object]));
  const ordered = new Set();
  const seen = new Set();
  const place = (object) => {
    if (seen.has(object.id)) return;
    seen.add(object.id);
    for (const [key, value] of Object.entries(object)) {
      if (!key.endsWith('_ref') && !key.endsWith('_refs')) continue;
      for (const id of [value].flat()) if (byId.has(id)) place(byId.get(id));
    }
    ordered.add(object);
  };
  objects.forEach(place);
  return [...ordered];
}
