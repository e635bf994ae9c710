import { usageError } from '../args/usage.ts';
import type { Io } from './io.ts';

/** Throws UserError `usage` if `--yes` is missing and stdin is not a terminal. `what`: `move the group`. */
export function confirm(
  command: string,
  what: string,
  { yes }: { readonly yes: boolean },
  { inIsTerminal }: Pick<Io, 'inIsTerminal'>,
): void {
  if (yes || inIsTerminal) return;
  throw usageError(
    [{ about: '--yes', text: `cannot ask for confirmation without a terminal; add --yes to ${what}` }],
    command,
  );
}
