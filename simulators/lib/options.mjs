// Reads a simulator's command line by a table: { name: { value, help, required, choices } }. `value` is the default, and the option has its
// type.
import { parseArgs } from 'node:util';

const wrong_usage = 64;

// `given`: the words of the command line.
export function readOptions(usage, table, given = process.argv.slice(2)) {
  const declared = { help: { type: 'boolean', short: 'h' } };
  for (const [name, { value }] of Object.entries(table)) {
    declared[name] = { type: typeof value === 'boolean' ? 'boolean' : 'string' };
  }
  try {
    const { values } = parseArgs({ args: given, options: declared });
    if (values.help) {
      process.stdout.write(help(usage, table));
      process.exit(0);
    }
    const absent = Object.keys(table).find((name) => table[name].required && !values[name]);
    if (absent) throw new Error(`--${absent} is required`);
    return Object.fromEntries(
      Object.entries(table).map(([name, { value, choices }]) => [name, convert(name, values[name], value, choices)]),
    );
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${help(usage, table)}`);
    return process.exit(wrong_usage);
  }
}

function convert(name, given, byDefault, choices) {
  if (given === undefined) return byDefault;
  if (choices && !choices.includes(given)) throw new Error(`--${name} must be one of ${choices.join(', ')}, not "${given}"`);
  if (typeof byDefault !== 'number') return given;
  if (!/^\d+$/.test(given)) throw new Error(`--${name} must be a whole number, not "${given}"`);
  return Number(given);
}

function help(usage, table) {
  const lines = Object.entries(table).map(([name, { value, choices, help: description }]) => {
    const text = choices ? `${description}: ${choices.join(', ')}` : description;
    const argument = typeof value === 'boolean' ? '' : ' VALUE';
    const byDefault = value === '' || value === false ? '' : ` (default ${value})`;
    return `  ${`--${name}${argument}`.padEnd(28)} ${text}${byDefault}`;
  });
  return `${usage}\n\n${lines.join('\n')}\n`;
}
