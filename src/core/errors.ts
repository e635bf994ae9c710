/** Why a run failed; cli/output/report.ts derives the exit code from it. */
export type ErrorCode =
  | 'usage' // settings or arguments: exit 2
  | 'locked' // another run of the same stage: exit 3
  | 'fenced' // another process took over this one's partition
  | 'damaged' // a folder or file has unexpected content
  | 'unavailable' // a service or file cannot be reached
  | 'disk-full'
  | 'failed'; // anything else: exit 1

/** An error for the user: what went wrong, what to do about it, and whether a retry may help. */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** What the user can do, as an imperative sentence. */
    readonly hint: string,
    readonly retry = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A UserError `usage` with its hint on one line, for a list of problems. Rethrows any other error. */
export function formatOneLine(error: unknown): string {
  if (!(error instanceof UserError) || error.code !== 'usage') throw error;
  return `${error.message}. ${error.hint}`;
}

/** The usage problem that a step rejects with, as a list; empty if the step succeeds. */
export const usageProblems = (step: Promise<unknown>): Promise<string[]> =>
  step.then(
    () => [],
    (error: unknown) => [formatOneLine(error)],
  );
