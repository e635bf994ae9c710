import { setTimeout as sleep } from 'node:timers/promises';
import type { NewRecord } from '../../../src/core/stream/record.ts';
import type { Log } from '../../../src/log/log.ts';

export interface Feeding {
  /** Number of acknowledged ticks. */
  readonly ticks: number;
  /** Rejects if an append failed. */
  stop(): Promise<number>;
}

/** Appends the records of one tick after another until stopped. */
export function feeding(
  log: Log,
  recordsOf: (tick: number) => readonly NewRecord[],
  everyMs: number,
): Feeding {
  let ticks = 0;
  let going = true;
  const run = (async () => {
    for (; going; ticks++) {
      await log.append(recordsOf(ticks));
      await sleep(everyMs);
    }
  })();
  run.catch(() => {});
  return {
    get ticks() {
      return ticks;
    },
    async stop() {
      going = false;
      await run;
      return ticks;
    },
  };
}
