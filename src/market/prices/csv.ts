import { InvalidRecord } from '../../core/stream/record.ts';

/**
 * The fields of one CSV line, separated by commas. A field with a comma is in double quotes (`""` is a quote); it cannot
 * span lines. Throws InvalidRecord for an unclosed quote, or one inside a field.
 */
export function splitRow(line: string): string[] {
  return line.includes('"') ? splitQuoted(line) : line.split(',');
}

const PLAIN = /[^",]*(?=,|$)/y;
const QUOTED = /\s*"((?:[^"]|"")*)"\s*(?=,|$)/y;

function splitQuoted(line: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= line.length; at++) {
    PLAIN.lastIndex = QUOTED.lastIndex = at;
    const plain = PLAIN.exec(line);
    const quoted = plain === null ? QUOTED.exec(line) : null;
    const match = plain ?? quoted;
    if (match === null) throw new InvalidRecord('a quote is not closed, or is inside a field');
    fields.push(quoted === null ? match[0] : quoted[1]!.replaceAll('""', '"'));
    at += match[0].length;
  }
  return fields;
}
