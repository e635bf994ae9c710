import { usageProblem } from '../args/usage.ts';
import type { Io } from './io.ts';

/** Throws Problem `usage` when `--yes` is missing and nobody can be asked. `what` it is about: `move the group`. */
export function confirm(
  command: string,
  what: string,
  { yes }: { readonly yes: boolean },
  { inIsTerminal }: Pick<Io, 'inIsTerminal'>,
): void {
  if (yes || inIsTerminal) return;
  throw usageProblem(
    [{ about: '--yes', text: `nobody is there to be asked: say --yes to ${what}` }],
    command,
  );
}
