import { UserError } from '../core/errors.ts';

/** Attempts at one record before its stage ends with an error that names it. */
const ATTEMPTS = 3;

/** A stage's code threw on a record of `topic` whose offset is at least `from` and less than `to`. */
export class RecordFailure extends Error {
  constructor(
    readonly topic: string,
    readonly from: number,
    readonly to: number,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }

  /** The offsets in words. */
  get where(): string {
    const { from, to } = this;
    return to === from + 1
      ? `the record at offset ${from}`
      : `one of the records at offsets ${from} to ${to - 1}`;
  }
}

/** The error of a stage that cannot process a record. `canSkip`: the group's position decides where the stage starts. */
function stuckAt(
  { topic, from, message, cause }: RecordFailure,
  group: string,
  partition: number,
  canSkip: boolean,
) {
  return new UserError(
    'failed',
    `${group} fails on the record at offset ${from} of ${topic}/${partition}: ${message}`,
    canSkip
      ? `All records before it are committed. Skip it with 'cryptopipe topics reset ${topic} --group ${group} --skip ${from} --partition ${partition} --yes'.`
      : `All records before it are committed. Report this with the record: 'cryptopipe topics tail ${topic} --from ${from}'. The destination keeps its own position, so topics reset does not skip the record.`,
    false,
    { cause },
  );
}

/** Failed attempts of one task. The task restarts from its last commit after each, within the process. */
export class FailedAttempts {
  #last: RecordFailure | undefined;
  #count = 0;

  /** The range of records that failed last. */
  get last(): RecordFailure | undefined {
    return this.#last;
  }

  /**
   * Counts a failure and returns the number of failures of this record. Throws UserError `failed` at the third, if the
   * failure names a single record.
   */
  add(failure: RecordFailure, group: string, partition: number, canSkip: boolean): number {
    const { topic, from, to } = failure;
    const last = this.#last;
    const isSame = last !== undefined && last.topic === topic && from < last.to && to > last.from;
    this.#count = isSame ? this.#count + 1 : 1;
    this.#last = failure;
    if (this.#count >= ATTEMPTS && to === from + 1) throw stuckAt(failure, group, partition, canSkip);
    return this.#count;
  }
}

/** Wraps an error thrown on records `from` to `to` (exclusive) of `topic` as a RecordFailure; keeps a UserError. */
export function asFailure(error: unknown, topic: string, from: number, to: number): unknown {
  return error instanceof UserError ? error : new RecordFailure(topic, from, to, error);
}

/** Whether the bus is damaged at the reader's position. */
export const isDamage = (error: unknown): boolean => error instanceof UserError && error.code === 'damaged';
