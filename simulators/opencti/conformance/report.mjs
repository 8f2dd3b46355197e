// The reports of a run, for people and for programs.

const words = { pass: 'pass', fail: 'FAIL', not_applicable: 'n/a ' };
const width = 20;
const margin = ' '.repeat(14 + width);

// One row of the table; if the check did not pass, the next lines say what was seen.
export function row({ id, wants, source, result, seen, seconds }) {
  const lines = [`${words[result]}${`${seconds.toFixed(1)} s`.padStart(8)}  ${id.padEnd(width)}${wants}`];
  if (result === 'fail') lines.push(...indented(`Seen: ${seen}`), ...indented(`Source: ${source}`));
  if (result === 'not_applicable') lines.push(...indented(seen));
  return lines.join('\n');
}

export const listed = ({ id, wants, source }) => [`${id.padEnd(width)}${wants}`, `${' '.repeat(width)}Source: ${source}`].join('\n');

export function counts(results) {
  const of = (wanted) => results.filter(({ result }) => result === wanted).length;
  return { passed: of('pass'), failed: of('fail'), not_applicable: of('not_applicable') };
}

export function summary(results) {
  const { passed, failed, not_applicable: others } = counts(results);
  return `${passed} passed, ${failed} failed, ${others} not applicable`;
}

const indented = (text) => text.split('\n').map((line) => margin + line);
