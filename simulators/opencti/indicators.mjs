// The validity of indicators, and the decay of their score (opencti-graphql: modules/indicator, modules/decayRule; experiments 16 and 23).
// A sent valid_until decides only whether the indicator is revoked on arrival; otherwise the rule's date counts.
const day_ms = 24 * 3600 * 1000;
const default_score = 50;
const revoke_score = 20;
const decay_factor = 3;

const rules = [
  { types: ['Domain-Name'], lifetime: 300, pound: 0.7, points: [80, 50] },
  { types: ['IPv4-Addr', 'IPv6-Addr', 'Url'], lifetime: 47, pound: 0.55, points: [80, 50] },
  { types: ['StixFile', 'Artifact'], lifetime: 460, pound: 0.3, points: [80] },
];
const fallback = { lifetime: 470, pound: 0.35, points: [80, 50] };

const observable_types = new Set([
  'Artifact', 'Autonomous-System', 'Domain-Name', 'Email-Addr', 'File', 'Hostname', 'IPv4-Addr', 'IPv6-Addr', 'Mac-Addr', 'Mutex', 'StixFile',
  'Unknown', 'Url',
]);

// → null, or { name, message }
export function wrongIndicator({ name, x_opencti_main_observable_type: type, x_opencti_score: score, valid_from: from, valid_until: until }) {
  if (type && !observable_types.has(type)) return { name: 'FUNCTIONAL_ERROR', message: `Observable type ${type} is not supported.` };
  if (typeof name !== 'string' || name.trim().length < 2) {
    return { name: 'BAD_USER_INPUT', message: 'name must be at least 2 characters in length' };
  }
  if (score !== undefined && !(Number.isInteger(score) && score >= 0 && score <= 100)) {
    return { name: 'VALIDATION_ERROR', message: 'The score should be an integer between 0 and 100' };
  }
  if (from && until && Date.parse(until) < Date.parse(from)) {
    return { name: 'VALIDATION_ERROR', message: 'The valid until date must be greater than the valid from date' };
  }
  return null;
}

// The platform's form of a sent indicator. → { score, content, decay }; `decay` is null if the indicator is revoked on arrival.
export function withValidity(sent, score = default_score, now = Date.now()) {
  const type = sent.x_opencti_main_observable_type ?? 'Unknown';
  const rule = rules.find(({ types }) => types.includes(type === 'File' ? 'StixFile' : type)) ?? fallback;
  const from = Date.parse(sent.valid_from ?? sent.created ?? new Date(now).toISOString());
  const until = sent.valid_until ? Date.parse(sent.valid_until) : from + (sent.revoked ? 1000 : rule.lifetime * day_ms);
  const revoked = until <= now;
  const content = { valid_from: iso(from), valid_until: iso(revoked ? until : after(from, rule, score, revoke_score)), revoked };
  const decay = revoked ? null : { rule, base: score, from, next: after(from, rule, score, nextPoint(rule, score)) };
  return { score, content, decay };
}

// One step of the decay manager. → { score, decay, revoked }, or null if nothing is due
export function decayed({ decay, score, content }, now = Date.now()) {
  if (!decay || content.revoked || decay.next > now) return null;
  // A score of 0 first climbs to the first point (seen on a real platform).
  const next = score === 0 ? decay.rule.points[0] : nextPoint(decay.rule, score);
  if (next <= revoke_score) return { score: next, decay, revoked: true };
  return { score: next, revoked: false, decay: { ...decay, next: after(decay.from, decay.rule, decay.base, nextPoint(decay.rule, next)) } };
}

const nextPoint = ({ points }, score) => points.find((point) => point < score) ?? revoke_score;
const iso = (moment) => new Date(moment).toISOString();

// When a score that began at `base` has decayed to `score`; at once if it was never higher.
function after(from, { lifetime, pound }, base, score) {
  const days = base === 0 ? 0 : lifetime * (1 - score / base) ** (decay_factor * pound);
  return from + (Number.isNaN(days) ? 0 : Math.round(days * day_ms));
}
