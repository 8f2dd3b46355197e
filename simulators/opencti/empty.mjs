// Values for fields that are in a platform's complete schema, but not simulated: null if that is allowed, else an empty value.
import { graphql } from '../lib/graphql.mjs';

const scalars = { Int: 0, Float: 0, Boolean: false, DateTime: '1970-01-01T00:00:00.000Z' };

// Gives each field that may not be null a value if its source has none.
export function fillWithEmptyValues(schema) {
  for (const type of Object.values(schema.getTypeMap()).filter(graphql.isObjectType)) {
    if (type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()).filter((one) => graphql.isNonNullType(one.type))) fill(field, schema);
  }
}

function fill(field, schema) {
  const resolve = field.resolve ?? graphql.defaultFieldResolver;
  field.resolve = async (...asked) => (await resolve(...asked)) ?? emptyValue(field.type.ofType, schema);
}

function emptyValue(type, schema) {
  if (graphql.isListType(type)) return [];
  if (graphql.isEnumType(type)) return type.getValues()[0].value;
  if (graphql.isAbstractType(type)) return { __typename: schema.getPossibleTypes(type)[0].name };
  if (graphql.isObjectType(type)) return {};
  return scalars[type.name] ?? '';
}
