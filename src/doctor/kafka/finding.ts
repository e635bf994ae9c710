import { type Check, fail } from '../../core/check.ts';
import { UserError } from '../../core/errors.ts';
import { rootOf } from '../../log/kafka/client/errors.ts';

const AGAIN = 'Run it again; if it stays so, look at the log of the brokers.';

/** A look that ended in an error. `silent`: what to do when the cluster did not answer. */
export function failed(what: string, error: unknown, silent = AGAIN): Check {
  if (!(error instanceof UserError)) return fail(what, rootOf(error)?.message ?? String(error), silent);
  // That remedy is to call the doctor.
  return fail(what, error.message, error.code === 'unavailable' ? silent : error.hint);
}

/** At most so many names are said; a table is for reading. */
const MOST_NAMES = 6;

export function names(all: readonly string[], most = MOST_NAMES): string {
  const rest = all.length - most;
  return rest > 1 ? `${all.slice(0, most).join(', ')} and ${rest} more` : all.join(', ');
}
