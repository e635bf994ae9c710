import { type Check, fail, ok } from '../../../core/check.ts';
import { type BrokerClock, checkClock } from './clock.ts';

/** Outcome of the probe. Its records have the keys `plain`, `committed`, `aborted` and `frozen`. */
export interface ProbeResult {
  /** Keys seen by a consumer of committed records. */
  readonly keys: ReadonlySet<string>;
  /** The group's offset after one transaction committed `committed` and another, aborted, set a different one. */
  readonly offset: number | undefined;
  readonly committed: number;
  /** True if the broker refused a producer whose transactional id was taken over. */
  readonly fenced: boolean;
  /** One per partition; a broker may lead several. */
  readonly clocks: readonly BrokerClock[];
}

const NOT_KAFKA = 'Do not use this cluster for the pipeline. Use Apache Kafka 3.9 or newer.';

/** One check per guarantee probed, and one per broker clock. */
export function checkTransactions({ keys, offset, committed, fenced, clocks }: ProbeResult): Check[] {
  const result = (what: string, right: boolean, fine: string, wrong: string) =>
    right ? ok(what, fine) : fail(what, wrong, NOT_KAFKA);
  return [
    result(
      'commit',
      keys.has('plain') && keys.has('committed'),
      'a transaction was committed and read back',
      'a committed transaction cannot be read',
    ),
    result(
      'abort',
      !keys.has('aborted') && !keys.has('frozen'),
      'an aborted transaction is invisible',
      'records of an aborted transaction can be read',
    ),
    result(
      'offsets in a transaction',
      offset === committed,
      'offsets are committed and aborted with their transaction',
      `offset ${committed} was committed, but the group is at ${offset}`,
    ),
    result('fencing', fenced, 'a replaced producer cannot commit', 'a replaced producer could still commit'),
    ...new Map(clocks.map((clock) => [clock.broker, checkClock(clock)])).values(),
  ];
}
