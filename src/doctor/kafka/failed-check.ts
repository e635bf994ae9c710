import { type Check, fail } from '../../core/check.ts';
import { UserError } from '../../core/errors.ts';
import { rootCause } from '../../log/kafka/client/kafka-errors.ts';

const AGAIN = 'Run the doctor again. If the error persists, check the logs of the brokers.';

/** A check that threw. `silent`: the hint for a cluster that does not respond. */
export function failedCheck(what: string, error: unknown, silent = AGAIN): Check {
  if (!(error instanceof UserError)) return fail(what, rootCause(error)?.message ?? String(error), silent);
  // The hint of `unavailable` suggests running the doctor.
  return fail(what, error.message, error.code === 'unavailable' ? silent : error.hint);
}

/** Longer lists are cut so that the table stays readable. */
const MOST_NAMES = 6;

export function listNames(all: readonly string[], most = MOST_NAMES): string {
  const rest = all.length - most;
  return rest > 1 ? `${all.slice(0, most).join(', ')} and ${rest} more` : all.join(', ');
}
