import { type Check, fail, ok } from '../../../core/check.ts';
import { judgeClock, type SeenClock } from './clock.ts';

/** What came of the trial's records: `plain`, and of transactions `committed`, `aborted`, `frozen`. */
export interface SeenTrial {
  /** The keys that a reader of what is committed got. */
  readonly keys: ReadonlySet<string>;
  /** Where the group stands after one transaction set it to `committed`, and one that was aborted elsewhere. */
  readonly offset: number | undefined;
  readonly committed: number;
  /** A producer whose id another had opened was refused. */
  readonly fenced: boolean;
  /** One for each partition; a broker may lead several. */
  readonly clocks: readonly SeenClock[];
}

const NOT_KAFKA = 'Do not use this cluster for the pipeline; with Apache Kafka 3.9 or newer this works.';

/** One finding for each thing tried, and one for each broker's clock. */
export function judgeTrial({ keys, offset, committed, fenced, clocks }: SeenTrial): Check[] {
  const judge = (what: string, right: boolean, fine: string, wrong: string) =>
    right ? ok(what, fine) : fail(what, wrong, NOT_KAFKA);
  return [
    judge(
      'commit',
      keys.has('plain') && keys.has('committed'),
      'a transaction was committed and read back',
      'a transaction was committed, but its records cannot be read',
    ),
    judge(
      'abort',
      !keys.has('aborted') && !keys.has('frozen'),
      'a transaction was aborted, and is not seen',
      'records of a transaction that was aborted can be read',
    ),
    judge(
      'offsets in a transaction',
      offset === committed,
      'they are committed and aborted with it',
      `offset ${committed} was committed, but the group stands at ${offset}`,
    ),
    judge(
      'fencing',
      fenced,
      'a producer that another one replaced can commit nothing',
      'a producer that another one replaced could commit',
    ),
    ...new Map(clocks.map((clock) => [clock.broker, judgeClock(clock)])).values(),
  ];
}
