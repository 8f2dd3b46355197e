// The markings that the platform creates at its first start (opencti-graphql: database/data-initialization.js), and how they combine.
import { generatedId } from './ids.mjs';

const levels = {
  TLP: ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'],
  PAP: ['PAP:CLEAR', 'PAP:GREEN', 'PAP:AMBER', 'PAP:RED'],
};
// TLP levels have fixed ids; those of other markings are generated like all ids.
const tlp_ids = [
  'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9',
  'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',
  'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82',
  'marking-definition--826578e1-40ad-459f-bc73-ede076f81f37',
  'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
];
const idOf = {
  TLP: (order) => tlp_ids[order - 1],
  PAP: (order, definition) => generatedId('marking-definition', { definition, definition_type: 'PAP' }),
};

// The markings by id: { definition_type, definition, x_opencti_order }
export const markings = Object.fromEntries(Object.entries(levels).flatMap(([type, names]) => names.map((definition, index) => {
  const order = index + 1;
  return [idOf[type](order, definition), { definition_type: type, definition, x_opencti_order: order }];
})));

export const markingOf = (id) => markings[id] && { id, standard_id: id, ...markings[id] };

// The ids of the levels of a kind up to this one, or null if it is unknown.
export function markingsUpTo(definition) {
  const [limit] = Object.values(markings).filter((marking) => marking.definition === definition);
  if (!limit) return null;
  return Object.entries(markings)
    .filter(([, { definition_type: type, x_opencti_order: order }]) => type === limit.definition_type && order <= limit.x_opencti_order)
    .map(([id]) => id);
}

// Keeps only the strictest of several levels of one kind, and drops unknown markings (utils/markingDefinition-utils.js).
export function strictestMarkings(ids) {
  const strictest = new Map();
  for (const id of ids) {
    const marking = markings[id];
    if (!marking) continue;
    const known = strictest.get(marking.definition_type);
    if (!known || marking.x_opencti_order > markings[known].x_opencti_order) strictest.set(marking.definition_type, id);
  }
  return [...strictest.values()];
}
