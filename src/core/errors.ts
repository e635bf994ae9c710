/** Every way a run can end badly. The exit code follows from it (cli/report.ts). */
export type ErrorCode =
  | 'usage' // settings or arguments: exit 2
  | 'locked' // another run of the same stage: exit 3
  | 'fenced' // another process took this one's partition over
  | 'damaged' // a folder or file that is not what it should be
  | 'unavailable' // a service or file that cannot be reached
  | 'disk-full'
  | 'failed'; // anything else: exit 1

/** An error made for its reader: what was wrong, what to do about it, and whether trying again may help. */
export class UserError extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** What the reader can do, as an imperative sentence. */
    readonly hint: string,
    readonly retry = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A Problem `usage` and its remedy in one line, to stand among others. Throws what is none. */
export function formatOneLine(error: unknown): string {
  if (!(error instanceof UserError) || error.code !== 'usage') throw error;
  return `${error.message}. ${error.hint}`;
}

/** What a step finds wrong with the settings, to stand among others: nothing when it succeeds. */
export const usageProblems = (step: Promise<unknown>): Promise<string[]> =>
  step.then(
    () => [],
    (error: unknown) => [formatOneLine(error)],
  );
