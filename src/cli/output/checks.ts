import type { Check, Severity } from '../../core/check.ts';
import { UserError } from '../../core/errors.ts';
import { toggle } from '../../core/option.ts';
import { counted } from '../../core/text/numbers.ts';
import { stripControlCharacters } from '../../core/text/printable-text.ts';
import type { Io } from '../process/io.ts';
import { severityColor, titlePaint } from './colors.ts';
import { table } from './table.ts';

const COLUMNS = [{ title: '' }, { title: 'WHAT' }, { title: 'FOUND' }];
const INDENT = '       ';

export function tally(findings: readonly Check[]): string {
  const count = (wanted: Severity) => findings.filter(({ severity: verdict }) => verdict === wanted).length;
  const warnings = count('warn');
  return `${count('ok')} ok, ${warnings} warning${warnings === 1 ? '' : 's'}, ${counted(count('error'), 'error')}`;
}

/** A table with the remedy below what it mends, and how many there are of each. */
export async function findingsText(findings: readonly Check[], io: Pick<Io, 'outIsTerminal' | 'env'>) {
  const [paint, paintTitle] = await Promise.all([severityColor(io), titlePaint(io)]);
  const rows = findings.map(({ severity: verdict, what, detail }) => [
    paint[verdict](verdict),
    stripControlCharacters(what),
    stripControlCharacters(detail),
  ]);
  const [title = '', ...lines] = table(COLUMNS, rows, paintTitle);
  const withRemedies = lines.flatMap((line, at) => {
    const { hint: remedy } = findings[at]!;
    return remedy === undefined ? [line] : [line, `${INDENT}${stripControlCharacters(remedy)}`];
  });
  return `${[title, ...withRemedies, '', tally(findings)].join('\n')}\n`;
}

/** One array for machines. */
export const findingsJson = (findings: readonly Check[]): string =>
  `${JSON.stringify(findings.map(({ hint, ...check }) => ({ ...check, hint: hint ?? null })))}\n`;

export const jsonOption = toggle('--json', 'One JSON array instead of a table.');

/** Prints what a doctor found. Throws Problem `failed` when some of it is bad. */
export async function sayFindings(
  findings: readonly Check[],
  json: boolean,
  io: Pick<Io, 'out' | 'outIsTerminal' | 'env'>,
): Promise<void> {
  io.out(json ? findingsJson(findings) : await findingsText(findings, io));
  const errors = findings.filter(({ severity: verdict }) => verdict === 'error').length;
  if (errors > 0)
    throw new UserError(
      'failed',
      `${errors} of ${counted(findings.length, 'check')} failed`,
      'Follow the hint below each error, then run the doctor again.',
    );
}
