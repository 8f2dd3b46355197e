// The platforms that can be simulated, and their differences (opencti-protocol.md §15, which says how certain each is). Everything else is
// the same on all of them: drafts, whole bundles, callbacks, isWorkAlive.
export const platforms = {
  '7.260309-lts': {
    version: '7.260309.0-lts.6',
    playbook_entity_type: true,
  },
  '7.260318': {
    version: '7.260318',
  },
  'autumn-2026': {
    version: '7.261109',
    playbook_entity_type: true,
    closed_works_alive: true,
    push_adds_expectations: true,
    declared_expectations: true,
    automatic_if_visible: true,
    registration_fields: ['version', 'slug', 'xtm_one_intent'],
  },
};

// `version`: the version that the platform reports.
// `playbook_entity_type`: messages of playbooks have event.entity_type (PR 16482).
// `closed_works_alive`: objects of closed works are still imported and counted (PR 15900).
// `push_adds_expectations`: stixBundlePush with a work splits the bundle, and adds its objects to the expected number (PR 17265).
// `declared_expectations`: if the envelope has the number of objects, workers add to the expected number only those beyond it.
// `automatic_if_visible`: automatic connectors get requests only about objects that their user may see (PR 15869).
// `registration_fields`: additional fields of RegisterConnectorInput.
const nothing = {
  playbook_entity_type: false,
  closed_works_alive: false,
  push_adds_expectations: false,
  declared_expectations: false,
  automatic_if_visible: false,
  registration_fields: [],
};

// → the row of the platform, or null
export const platformLike = (name) => (Object.hasOwn(platforms, name) ? { ...nothing, ...platforms[name] } : null);
