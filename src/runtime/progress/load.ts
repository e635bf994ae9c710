import type { Millis } from '../../core/util/time.ts';
import type { Task } from '../../log/log.ts';

/** Whether so many records of a task wait. `ends`: where its inputs end, if that is decided. */
export async function isBacklog(
  task: Task,
  records: number,
  ends: ReadonlyMap<string, number> | undefined,
): Promise<boolean> {
  let unread = 0;
  for (const [topic, end] of ends ?? (await task.ends())) unread += Math.max(0, end - task.position(topic));
  return unread > 0 && unread >= records;
}

/** A task that catches up within this time starts counting again. */
const SPAN_MS: Millis = 1000;

/** Tells whether a task is worth a thread: it processed `limit` records within a second, or without catching up. */
export class Load {
  #records = 0;
  /** Monotonic time when counting began. */
  #since: Millis | undefined;

  constructor(readonly limit = Number.POSITIVE_INFINITY) {}

  get isHigh(): boolean {
    return this.#records >= this.limit;
  }

  add(records: number, now: Millis): void {
    this.#since ??= now;
    this.#records += records;
  }

  caughtUp(now: Millis): void {
    if (this.#since === undefined || now - this.#since < SPAN_MS) return;
    this.#records = 0;
    this.#since = undefined;
  }
}
