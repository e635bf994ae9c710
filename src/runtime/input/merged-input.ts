import type { StoredRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import type { Task } from '../../log/log.ts';
import type { Input } from '../../processors/processor.ts';
import { type Head, type MergedInputSpec, parseRecord } from './parse-record.ts';

/** Bytes read from one input at once. */
const READ_BYTES = 1 << 20;

interface Queue {
  readonly spec: MergedInputSpec;
  records: readonly StoredRecord[];
  at: number;
  /** The next record; undefined until it is parsed. */
  head: Head | undefined;
  /** Records that were parsed ahead, by their index. */
  readonly ahead: Map<number, Head>;
  /** Offset after the last record processed. */
  done: number;
  /** The last fill found no more records. */
  ended: boolean;
}

/**
 * Reads a task's inputs, merged by event time while several have unread records, so that none runs ahead of the others.
 * Yields parsed records and tracks the offsets processed.
 */
export class MergedInput {
  readonly #queues: Queue[];
  #limits: ReadonlyMap<string, number> | undefined;

  constructor(
    readonly task: Task,
    specs: readonly MergedInputSpec[],
  ) {
    this.#queues = specs.map((spec) => {
      const done = task.position(spec.actual);
      return { spec, records: [], at: 0, head: undefined, ahead: new Map(), done, ended: false };
    });
  }

  /** Stops before these offsets from now on. */
  limit(ends: ReadonlyMap<string, number>): void {
    this.#limits = ends;
  }

  /** Next offset of each input, by the topic it is read from. */
  offsets(): Map<string, number> {
    return new Map(this.#queues.map(({ spec, done }) => [spec.actual, done]));
  }

  /** Every input has been drained to its end (or limit), as of the last `fill`. */
  get caughtUp(): boolean {
    return this.#queues.every((queue) => queue.ended && queue.at >= queue.records.length);
  }

  /** Declared names of the inputs that still had records before their limits at the last `fill`; undefined without limits. */
  get left(): ReadonlySet<string> | undefined {
    if (this.#limits === undefined) return undefined;
    return new Set(this.#queues.filter((queue) => !queue.ended).map(({ spec }) => spec.topic));
  }

  /** Reads more of each input that is drained. False if there is nothing to drain. */
  async fill(): Promise<boolean> {
    for (const queue of this.#queues) {
      if (queue.at < queue.records.length) continue;
      const { actual, parseBytes } = queue.spec;
      const limit = this.#limits?.get(actual) ?? Number.POSITIVE_INFINITY;
      const batches =
        queue.done < limit ? await this.task.read(actual, READ_BYTES, parseBytes !== undefined) : [];
      const records = batches.length === 1 ? batches[0]!.records : batches.flatMap((batch) => batch.records);
      queue.records =
        records.length > 0 && records.at(-1)!.offset >= limit
          ? records.filter(({ offset }) => offset < limit)
          : records;
      queue.at = 0;
      queue.ahead.clear();
      queue.ended = queue.records.length === 0;
      if (queue.ended) queue.done = Math.min(limit, Math.max(queue.done, this.task.position(actual)));
    }
    return this.#queues.some((queue) => !queue.ended);
  }

  /** The records of each input that were read and not passed on; `drain` passes on the same objects. */
  *ahead(latest: Millis): Generator<Iterable<Input>> {
    const { partition } = this.task;
    for (const queue of this.#queues) yield inputsAhead(queue, partition, latest);
  }

  /** The least event time of the next records of the inputs that had some; NaN without one. */
  nextTime(latest: Millis = Number.POSITIVE_INFINITY): Millis {
    const live = this.#queues.filter((queue) => queue.at < queue.records.length);
    const times = live.map((queue) => {
      queue.head ??= nextHead(queue, this.task.partition, latest);
      return queue.head.fault === undefined ? queue.head.time : Number.NaN;
    });
    const known = times.filter((time) => !Number.isNaN(time));
    return known.length === 0 ? Number.NaN : Math.min(...known);
  }

  /**
   * Passes on the records that were read, until one of the inputs that had some is drained, `isFull`, or `pauseAt`. Returns
   * the number of records. Rejects a record that is not JSON, and one whose event time is later than `latest`: it would move
   * its key's watermark past all later records.
   */
  drain(
    accept: (input: Input) => void,
    reject: (input: Input, why: string) => void,
    {
      latest = Number.POSITIVE_INFINITY,
      isFull = () => false,
      pauseAt = () => false,
      comesAfterOthers = () => false,
    }: DrainBounds = {},
  ): number {
    const { partition } = this.task;
    const live = this.#queues.filter((queue) => !queue.ended);
    let count = 0;
    while (live.length > 0 && live.every((queue) => queue.at < queue.records.length) && !isFull()) {
      const queue = live.length === 1 ? live[0]! : nextOf(live, partition, latest, comesAfterOthers);
      const { input, fault } = queue.head ?? nextHead(queue, partition, latest);
      if (pauseAt(input)) break;
      if (fault !== undefined) reject(input, fault);
      else accept(input);
      queue.head = undefined;
      queue.at += 1;
      queue.done = input.offset + 1;
      count += 1;
    }
    return count;
  }
}

/** Where draining stops. */
interface DrainBounds {
  readonly latest?: Millis;
  readonly isFull?: () => boolean;
  /** True for a record that the next call processes. */
  readonly pauseAt?: (input: Input) => boolean;
  /** True for a record that waits until the other inputs have no more records. */
  readonly comesAfterOthers?: (input: Input) => boolean;
}

const nextHead = (queue: Queue, partition: number, latest: Millis): Head =>
  queue.ahead.get(queue.at) ?? parseRecord(queue.spec, queue.records[queue.at]!, partition, latest);

function* inputsAhead(queue: Queue, partition: number, latest: Millis): Generator<Input> {
  for (let at = queue.at; at < queue.records.length; at++) {
    const known = at === queue.at ? queue.head : undefined;
    const head =
      known ?? queue.ahead.get(at) ?? parseRecord(queue.spec, queue.records[at]!, partition, latest);
    queue.ahead.set(at, head);
    yield head.input;
  }
}

/** The queue whose next record goes first. */
function nextOf(
  queues: readonly Queue[],
  partition: number,
  latest: Millis,
  comesAfterOthers: (input: Input) => boolean,
): Queue {
  const first = earliest(queues, partition, latest)!;
  const { input, fault } = first.head!;
  if (fault !== undefined || !comesAfterOthers(input)) return first;
  return earliest(queues, partition, latest, first.spec.topic) ?? first;
}

/** The queue whose next record has the least event time; a record without a time, or with a fault, goes first. */
function earliest(
  queues: readonly Queue[],
  partition: number,
  latest: Millis,
  exceptTopic?: string,
): Queue | undefined {
  let best: Queue | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const queue of queues) {
    if (queue.spec.topic === exceptTopic) continue;
    queue.head ??= nextHead(queue, partition, latest);
    const { time, fault } = queue.head;
    const order = fault !== undefined || Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
    if (best !== undefined && !(order < least)) continue;
    least = order;
    best = queue;
  }
  return best;
}
