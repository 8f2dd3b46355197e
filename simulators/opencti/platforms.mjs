// The platforms that can be played, and what differs between them (opencti-protocol.md §15, which says how certain each is). What is
// not here is alike: drafts, whole bundles, callbacks, isWorkAlive.
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

// `version`: what the platform says that it is.
// `playbook_entity_type`: messages of playbooks have event.entity_type (PR 16482).
// `closed_works_alive`: objects of works that were closed are still imported, and counted (PR 15900).
// `push_adds_expectations`: stixBundlePush with a work splits the bundle and adds what is expected (PR 17265).
// `declared_expectations`: workers add what a bundle has beyond the number in the envelope, where there is one.
// `automatic_if_visible`: automatic connectors are asked only about what their user may see (PR 15869).
// `registration_fields`: what RegisterConnectorInput takes besides.
const nothing = {
  playbook_entity_type: false,
  closed_works_alive: false,
  push_adds_expectations: false,
  declared_expectations: false,
  automatic_if_visible: false,
  registration_fields: [],
};

// → its row, or null
export const platformLike = (name) => (Object.hasOwn(platforms, name) ? { ...nothing, ...platforms[name] } : null);
