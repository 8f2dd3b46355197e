// The relationships that the platform accepts between two types of entities.
const addresses = ['IPv4-Addr', 'IPv6-Addr'];
const of_an_address = {
  'located-at': ['Country', 'Region', 'City'],
  'belongs-to': ['Autonomous-System', 'Organization'],
};
const observables = [...addresses, 'Artifact', 'Autonomous-System', 'Domain-Name', 'Hostname', 'StixFile', 'Url'];

// For each source, the types in addition to related-to, and their targets. Other sources are not checked.
const accepted = {
  StixFile: {
    drops: ['StixFile'],
    downloads: ['StixFile'],
    'derived-from': ['StixFile'],
    'communicates-with': [...addresses, 'Domain-Name'],
  },
  Artifact: { 'communicates-with': [...addresses, 'Domain-Name'], 'derived-from': ['Artifact'] },
  'IPv4-Addr': { ...of_an_address, 'derived-from': ['IPv4-Addr'] },
  'IPv6-Addr': { ...of_an_address, 'derived-from': ['IPv6-Addr'] },
  'Domain-Name': {
    'resolves-to': [...addresses, 'Domain-Name', 'Hostname'],
    'derived-from': ['Domain-Name', 'Hostname'],
    'belongs-to': ['Organization'],
  },
  Hostname: {
    'resolves-to': [...addresses, 'Domain-Name'],
    'communicates-with': [...addresses, 'Domain-Name'],
    drops: ['StixFile', 'Artifact'],
    'derived-from': ['Hostname'],
  },
  Url: { 'derived-from': ['Url'] },
  Indicator: { 'based-on': observables, indicates: ['Malware', 'Infrastructure', 'Threat-Actor-Group'] },
};

const types = new Set([
  'related-to', 'amplifies', 'analysis-of', 'attributed-to', 'based-on', 'beacons-to', 'belongs-to', 'characterizes', 'citizen-of',
  'communicates-with', 'compromises', 'consists-of', 'controls', 'cooperates-with', 'delivers', 'derived-from', 'detects', 'downloads',
  'drops', 'duplicate-of', 'dynamic-analysis-of', 'employed-by', 'exfiltrates-to', 'exploits', 'has', 'hosts', 'impersonates',
  'indicates', 'investigates', 'known-as', 'located-at', 'mitigates', 'national-of', 'originates-from', 'owns', 'part-of',
  'participates-in', 'publishes', 'remediates', 'reports-to', 'resides-in', 'resolves-to', 'revoked-by', 'static-analysis-of',
  'subnarrative-of', 'subtechnique-of', 'supports', 'targets', 'uses', 'variant-of',
]);

export const isRelationshipType = (type) => types.has(type);

export function mayRelate(source, type, target) {
  const known = accepted[source];
  return type === 'related-to' || known === undefined || (known[type] ?? []).includes(target);
}
