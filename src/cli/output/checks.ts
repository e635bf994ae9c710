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

export function tally(checks: readonly Check[]): string {
  const count = (wanted: Severity) => checks.filter(({ severity }) => severity === wanted).length;
  const warnings = count('warn');
  return `${count('ok')} ok, ${warnings} warning${warnings === 1 ? '' : 's'}, ${counted(count('error'), 'error')}`;
}

/** A table of checks, each hint below its check, and the totals. */
export async function checksText(checks: readonly Check[], io: Pick<Io, 'outIsTerminal' | 'env'>) {
  const [paint, paintTitle] = await Promise.all([severityColor(io), titlePaint(io)]);
  const rows = checks.map(({ severity, what, detail }) => [
    paint[severity](severity),
    stripControlCharacters(what),
    stripControlCharacters(detail),
  ]);
  const [title = '', ...lines] = table(COLUMNS, rows, paintTitle);
  const withHints = lines.flatMap((line, at) => {
    const { hint } = checks[at]!;
    return hint === undefined ? [line] : [line, `${INDENT}${stripControlCharacters(hint)}`];
  });
  return `${[title, ...withHints, '', tally(checks)].join('\n')}\n`;
}

/** One JSON array; a check without a hint has null. */
export const checksJson = (checks: readonly Check[]): string =>
  `${JSON.stringify(checks.map(({ hint, ...check }) => ({ ...check, hint: hint ?? null })))}\n`;

export const jsonOption = toggle('--json', 'Print one JSON array instead of a table.');

/** Prints the checks of a doctor command. Throws UserError `failed` if any is an error. */
export async function printChecks(
  checks: readonly Check[],
  json: boolean,
  io: Pick<Io, 'out' | 'outIsTerminal' | 'env'>,
): Promise<void> {
  io.out(json ? checksJson(checks) : await checksText(checks, io));
  const errors = checks.filter(({ severity }) => severity === 'error').length;
  if (errors > 0)
    throw new UserError(
      'failed',
      `${errors} of ${counted(checks.length, 'check')} failed`,
      'Follow the hint below each failed check, then run the doctor again.',
    );
}
