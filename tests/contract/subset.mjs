// Checks whether one GraphQL schema is a part of another: each document that is valid against the part is also valid against the whole, and
// means the same there.
import { graphql } from '../../simulators/lib/graphql.mjs';

// → the differences, one line each
export function differences(part, whole) {
  const ours = Object.values(part.getTypeMap()).filter(({ name }) => !name.startsWith('__') && !isBuiltIn(name));
  return ours.flatMap((type) => {
    const theirs = whole.getType(type.name);
    if (!theirs) return [`type ${type.name} is not there`];
    if (theirs.constructor !== type.constructor) return [`${type.name} is another kind of type`];
    return ofType(type, theirs);
  });
}

const isBuiltIn = (name) => graphql.specifiedScalarTypes.some((scalar) => scalar.name === name);

function ofType(ours, theirs) {
  if (graphql.isEnumType(ours)) return ofEnum(ours, theirs);
  if (graphql.isInputObjectType(ours)) return ofInputs(ours.name, ours.getFields(), theirs.getFields());
  if (graphql.isUnionType(ours)) return missing(ours.name, names(ours.getTypes()), names(theirs.getTypes()));
  if (!graphql.isObjectType(ours) && !graphql.isInterfaceType(ours)) return [];
  const interfaces = missing(`${ours.name} implements`, names(ours.getInterfaces()), names(theirs.getInterfaces()));
  return [...interfaces, ...ofFields(ours, theirs)];
}

function ofEnum(ours, theirs) {
  return missing(ours.name, names(ours.getValues()), names(theirs.getValues()));
}

function ofFields(ours, theirs) {
  return Object.values(ours.getFields()).flatMap((field) => {
    const other = theirs.getFields()[field.name];
    const where = `${ours.name}.${field.name}`;
    if (!other) return [`${where} is not there`];
    return [...ofTypes(where, field, other), ...ofInputs(where, byName(field.args), byName(other.args))];
  });
}

// Arguments and input fields: ours exist in the whole schema, and those that it requires exist in ours.
function ofInputs(where, ours, theirs) {
  const known = Object.values(ours).flatMap((input) => {
    const other = theirs[input.name];
    return other ? ofTypes(`${where}.${input.name}`, input, other) : [`${where}.${input.name} is not there`];
  });
  const required = Object.values(theirs)
    .filter((input) => graphql.isRequiredArgument(input) && !ours[input.name])
    .map(({ name }) => `${where}.${name} is required there`);
  return [...known, ...required];
}

function ofTypes(where, ours, theirs) {
  if (String(ours.type) !== String(theirs.type)) return [`${where} is ${theirs.type} there, ${ours.type} here`];
  if (ours.defaultValue !== theirs.defaultValue) return [`${where} has another default there`];
  return [];
}

const names = (list) => list.map(({ name }) => name);
const byName = (list) => Object.fromEntries(list.map((entry) => [entry.name, entry]));
const missing = (where, ours, theirs) => (
  ours.filter((name) => !theirs.includes(name)).map((name) => `${where} ${name} is not there`)
);
