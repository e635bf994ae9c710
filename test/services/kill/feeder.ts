import type { NewRecord } from '../../../src/core/stream/record.ts';
import type { Clock } from '../../../src/core/util/clock.ts';
import type { Millis } from '../../../src/core/util/time.ts';
import type { Log } from '../../../src/log/log.ts';

const STEP_MS: Millis = 100;
/** Maximum records per append when catching up after an outage. */
const MOST = 2500;

export interface Feeder {
  /** Number of acknowledged records. */
  readonly acknowledged: number;
  /** The longest append since the last call. */
  slowest(): Millis;
  readonly done: Promise<void>;
}

export interface Pace {
  readonly total: number;
  readonly perSecond: number;
  readonly clock: Clock;
  /** Stops it early. */
  readonly signal: AbortSignal;
}

/** Appends `total` records at a steady pace, one append after the other. */
export function feeder(
  log: Log,
  records: Iterator<NewRecord>,
  { total, perSecond, clock, signal }: Pace,
): Feeder {
  let acknowledged = 0;
  let slowest = 0;
  const begun = clock.now();

  async function run(): Promise<void> {
    while (acknowledged < total && !signal.aborted) {
      const due = Math.min(total, Math.floor(((clock.now() - begun) * perSecond) / 1000));
      const batch = Array.from(
        { length: Math.min(MOST, due - acknowledged) },
        () => records.next().value as NewRecord,
      );
      const from = clock.now();
      await log.append(batch);
      const took = clock.now() - from;
      acknowledged += batch.length;
      slowest = Math.max(slowest, took);
      await clock.sleep(Math.max(1, STEP_MS - took), signal);
    }
  }

  return {
    get acknowledged() {
      return acknowledged;
    },
    slowest() {
      const past = slowest;
      slowest = 0;
      return past;
    },
    done: run(),
  };
}
