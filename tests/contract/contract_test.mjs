// node contract_test.mjs OPERATIONS_FOLDER: checks that every GraphQL operation of the connector is valid against platform.graphql, so that
// the simulated platform accepts it. With OPENCTI_SCHEMA=/path/schema.graphql, the schema of a real platform, also checks the operations
// against that, and that platform.graphql is a part of it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { graphql } from '../../simulators/lib/graphql.mjs';
import { callLimit, schemaText } from '../../simulators/opencti/schema.mjs';
import { differences } from './subset.mjs';

const { buildSchema, parse, validate, specifiedRules } = graphql;
const here = path.dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? path.join(here, '../../src/opencti/operations');
const full = process.env.OPENCTI_SCHEMA;
const skip = full ? false : 'OPENCTI_SCHEMA, the schema of a real platform, is not set';

const read = (file) => readFileSync(file, 'utf8');
const part = buildSchema(schemaText());
const whole = full ? buildSchema(read(full), { assumeValidSDL: true }) : null;

const errorsOf = (schema, text) => (
  validate(schema, parse(text), [...specifiedRules, callLimit]).map(({ message }) => message)
);

const operations = readdirSync(folder).filter((name) => name.endsWith('.graphql')).sort();

test('there are operations to check', () => {
  assert.notEqual(operations.length, 0, `no .graphql file in ${folder}`);
});

// In the form that cmake/embed_operations.cmake creates.
const fragments = readdirSync(path.join(folder, 'fragments')).map((name) => read(path.join(folder, 'fragments', name)));
const withFragments = (text) => text + fragments
  .filter((fragment) => text.includes(`...${parse(fragment).definitions[0].name.value}`)).join('');

for (const name of operations) {
  const text = withFragments(read(path.join(folder, name)));
  test(`${name} is one operation that fits our part of the platform's schema`, () => {
    assert.equal(parse(text).definitions.filter(({ kind }) => kind === 'OperationDefinition').length, 1);
    assert.deepEqual(errorsOf(part, text), []);
  });
  test(`${name} fits the schema of a real platform`, { skip }, () => {
    assert.deepEqual(errorsOf(whole, text), []);
  });
}

test('platform.graphql is a true part of the schema of a real platform', { skip }, () => {
  assert.deepEqual(differences(part, whole), []);
});

test('a part that differs from the whole is found out', () => {
  const base = `
    type Query { thing(id: ID!, size: Int = 1): Thing }
    interface Named { name: String! }
    type Thing implements Named { name: String! kind: Kind }
    enum Kind { A B }
    input Wish { id: ID! size: Int }`;
  const found = (change) => differences(buildSchema(change(base)), buildSchema(base));
  const replaced = (from, to) => found((text) => text.replace(from, to));

  assert.deepEqual(found((text) => text), []);
  assert.deepEqual(replaced(' kind: Kind ', ''), [], 'a part may lack fields');
  assert.deepEqual(replaced('enum Kind { A B }', 'enum Kind { A }'), []);
  assert.deepEqual(replaced('kind: Kind', 'kind: Kind colour: Int'), ['Thing.colour is not there']);
  assert.deepEqual(replaced('kind: Kind', 'kind: Kind!'), ['Thing.kind is Kind there, Kind! here']);
  assert.deepEqual(replaced('id: ID!, size', 'size'), ['Query.thing.id is required there']);
  assert.deepEqual(replaced('size: Int = 1', 'size: Int = 2'), ['Query.thing.size has another default there']);
  assert.deepEqual(replaced('size: Int = 1', 'size: Int = 1, depth: Int'), ['Query.thing.depth is not there']);
  assert.deepEqual(replaced('id: ID! size: Int }', 'size: Int }'), ['Wish.id is required there']);
  assert.deepEqual(replaced('A B', 'A C'), ['Kind C is not there']);
  assert.deepEqual(replaced('input Wish', 'type Wish'), ['Wish is another kind of type']);
  assert.deepEqual(found((text) => `${text} scalar Other`), ['type Other is not there']);
});
