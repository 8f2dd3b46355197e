// GraphQL as on the platform's server: strict validation, its limits on repeated fields, its form of errors.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { graphql } from '../lib/graphql.mjs';
import { forgetOldest } from '../lib/recent.mjs';
import { fillWithEmptyValues } from './empty.mjs';
import { formatError, platformError } from './errors.mjs';
import { isDate } from './stix.mjs';
import { may } from './users.mjs';

const { GraphQLError } = graphql;
const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../tests/contract');
const documents_kept = 500;
const calls_allowed = { Query: 2, Mutation: 1 };

export class Api {
  #schema;
  #root;
  #documents = new Map();
  #rules;

  // `root` has a function of (arguments, context) for each field of Query and Mutation.
  constructor(root, { newFields = [], introspection = true, file = '' } = {}) {
    this.#schema = readSchema(newFields, file);
    this.#root = root;
    this.#rules = [...graphql.specifiedRules, refusing(introspection ? ['__schema'] : ['__schema', '__type']), callLimit];
  }

  // → { document, errors, operations: the names of its root fields and of the fields under workEdit }. Cached by text.
  prepare(text) {
    let prepared = this.#documents.get(text);
    if (prepared === undefined) {
      prepared = prepare(this.#schema, this.#rules, text);
      this.#documents.set(text, prepared);
      forgetOldest(this.#documents, documents_kept);
    }
    return prepared;
  }

  // → the answer as a JSON object
  async execute(prepared, variables, context) {
    if (prepared.errors) return { errors: prepared.errors };
    if (!context.user) return { errors: unauthorized(prepared), data: null };
    const result = await graphql.execute({
      schema: this.#schema,
      document: prepared.document,
      rootValue: this.#root,
      contextValue: context,
      variableValues: variables,
    });
    if (!result.errors) return result;
    // Without `data`, nothing was executed, because the variables were invalid.
    const byDefault = 'data' in result ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT';
    return { ...result, errors: result.errors.map((error) => formatError(error, byDefault)) };
  }
}

// The part of the platform's schema that this project uses.
export const schemaText = () => ['platform.graphql', 'platform_entities.graphql']
  .map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n');

// `newFields`: additional input fields of the registration on newer platforms. `file`: the complete schema of a platform, instead of the
// part.
export function readSchema(newFields = [], file = '') {
  const old = graphql.buildSchema(file ? readFileSync(file, 'utf8') : schemaText(), { assumeValidSDL: true });
  const lacking = newFields.filter((name) => !old.getType('RegisterConnectorInput').getFields()[name]);
  const more = `extend input RegisterConnectorInput { ${lacking.map((name) => `${name}: String`).join(' ')} }`;
  const schema = lacking.length > 0 ? graphql.extendSchema(old, graphql.parse(more), { assumeValidSDL: true }) : old;
  const dateTime = schema.getType('DateTime');
  dateTime.parseValue = parseDateTime;
  dateTime.parseLiteral = (node) => parseDateTime(node.value);
  guard(schema);
  if (file) fillWithEmptyValues(schema);
  return schema;
}

// Each field with @auth first checks the user's rights (opencti-graphql: graphql/authDirective.ts).
function guard(schema) {
  const directive = schema.getDirective('auth');
  // A schema that was printed for a client does not have the directive.
  if (!directive) return;
  const types = Object.values(schema.getTypeMap()).filter(graphql.isObjectType);
  for (const field of types.flatMap((type) => Object.values(type.getFields()))) {
    const wanted = (field.astNode && graphql.getDirectiveValues(directive, field.astNode)?.for) ?? [];
    if (wanted.length === 0) continue;
    field.resolve = (source, parameters, context, info) => {
      if (!wanted.some((right) => may(context.user, right))) throw platformError('FORBIDDEN_ACCESS', 'You are not allowed to do this.');
      return graphql.defaultFieldResolver(source, parameters, context, info);
    };
  }
}

function parseDateTime(value) {
  if (isDate(value)) return value;
  throw new GraphQLError(`DateTime cannot represent an invalid date-time-string ${value}.`);
}

function prepare(schema, rules, text) {
  let document;
  try {
    document = graphql.parse(text);
  } catch (error) {
    return { errors: [formatError(error, 'GRAPHQL_PARSE_FAILED')], operations: [] };
  }
  const operations = operationsOf(document);
  const errors = graphql.validate(schema, document, rules);
  if (errors.length === 0) return { document, errors: null, operations };
  return { errors: errors.map((error) => formatError(error, 'GRAPHQL_VALIDATION_FAILED')), operations };
}

function operationsOf(document) {
  const root = document.definitions.filter(({ kind }) => kind === 'OperationDefinition');
  const fields = root.flatMap((operation) => fieldsOf(operation));
  const edits = fields.filter(({ name }) => name.value === 'workEdit').flatMap((edit) => fieldsOf(edit));
  return [...new Set([...fields, ...edits].map(({ name }) => name.value))];
}

const fieldsOf = (node) => (node.selectionSet?.selections ?? []).filter(({ kind }) => kind === 'Field');

// A document may call the same field of Query twice, and of Mutation once, under any aliases.
export function callLimit(context) {
  const calls = new Map();
  return {
    Field(node) {
      const parent = context.getParentType()?.name;
      const allowed = calls_allowed[parent];
      if (allowed === undefined || node.name.value.startsWith('__')) return;
      const call = `${parent}->${node.name.value}`;
      calls.set(call, (calls.get(call) ?? 0) + 1);
      if (calls.get(call) !== allowed + 1) return;
      const message = `Allowed number of calls for ${call} has been exceeded (max: ${allowed})`;
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
  };
}

// Every connector may query `__type`; nobody may query `__schema`.
const refusing = (fields) => (context) => ({
  Field(node) {
    if (!fields.includes(node.name.value)) return;
    const { extensions } = platformError('RESOURCE_NOT_FOUND', '');
    context.reportError(new GraphQLError('GraphQL introspection not authorized!', { nodes: node, extensions }));
  },
});

function unauthorized({ document }) {
  const fields = document.definitions.filter(({ kind }) => kind === 'OperationDefinition').flatMap(fieldsOf);
  const { extensions } = platformError('AUTH_REQUIRED', '');
  return fields.map((field) => {
    const path = [field.alias?.value ?? field.name.value];
    return formatError(new GraphQLError('You must be logged in to do this.', { nodes: field, path, extensions }));
  });
}
