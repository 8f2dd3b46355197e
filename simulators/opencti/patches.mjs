// The difference between two JSON values as a JSON patch; lists are compared index by index.
export function difference(before, after, path = '') {
  if (before === after) return [];
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [{ op: 'replace', path, value: after }];
  }
  const changes = [];
  for (const key of Object.keys(before).reverse()) {
    const at = `${path}/${escaped(key)}`;
    if (!Object.hasOwn(after, key)) changes.push({ op: 'remove', path: at });
    else changes.push(...difference(before[key], after[key], at));
  }
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key)) changes.push({ op: 'add', path: `${path}/${escaped(key)}`, value: after[key] });
  }
  return changes;
}

const isContainer = (value) => value !== null && typeof value === 'object';
const escaped = (key) => key.replaceAll('~', '~0').replaceAll('/', '~1');
