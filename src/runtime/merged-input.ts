import { aheadReason } from '../core/stream/ahead.ts';
import { InvalidRecord, type StoredRecord } from '../core/stream/record.ts';
import { LONGEST_LINE, parseJson } from '../core/util/json.ts';
import type { Millis } from '../core/util/time.ts';
import type { Task } from '../log/log.ts';
import type { Input, InputSpec } from '../processors/processor.ts';

/** Bytes read from one input at once. */
const READ_BYTES = 1 << 20;

/** A declared input and the topic it is read from. */
export interface MergedInputSpec extends InputSpec {
  readonly actual: string;
}

interface Queue {
  readonly spec: MergedInputSpec;
  records: readonly StoredRecord[];
  at: number;
  /** The next record; undefined until it is parsed. */
  head: Head | undefined;
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
      return { spec, records: [], at: 0, head: undefined, done, ended: false };
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

  /** Reads more of each input that is drained. False if there is nothing to drain. */
  async fill(): Promise<boolean> {
    for (const queue of this.#queues) {
      if (queue.at < queue.records.length) continue;
      const { actual } = queue.spec;
      const limit = this.#limits?.get(actual) ?? Number.POSITIVE_INFINITY;
      const batches = queue.done < limit ? await this.task.read(actual, READ_BYTES) : [];
      const records = batches.length === 1 ? batches[0]!.records : batches.flatMap((batch) => batch.records);
      queue.records =
        records.length > 0 && records.at(-1)!.offset >= limit
          ? records.filter(({ offset }) => offset < limit)
          : records;
      queue.at = 0;
      queue.ended = queue.records.length === 0;
      if (queue.ended) queue.done = Math.min(limit, Math.max(queue.done, this.task.position(actual)));
    }
    return this.#queues.some((queue) => !queue.ended);
  }

  /**
   * Passes on the records that were read, until one of the inputs that had some is drained, `isFull`, or `pauseAt`. Returns
   * the number of records. Rejects a record that is not JSON, and one whose event time is later than `latest`: it would move
   * its key's watermark past all later records.
   */
  drain(
    accept: (input: Input) => void,
    reject: (input: Input, why: string) => void,
    { latest = Number.POSITIVE_INFINITY, isFull = () => false, pauseAt = () => false }: DrainBounds = {},
  ): number {
    const { partition } = this.task;
    const live = this.#queues.filter((queue) => !queue.ended);
    let count = 0;
    while (live.length > 0 && live.every((queue) => queue.at < queue.records.length) && !isFull()) {
      const queue = live.length === 1 ? live[0]! : earliest(live, partition, latest);
      const { input, fault } = queue.head ?? parseNext(queue, partition, latest);
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
}

/** A parsed record. */
interface Head {
  readonly input: Input;
  /** NaN if it has none. */
  readonly time: Millis;
  /** Why the record is rejected; undefined if it is accepted. */
  readonly fault: string | undefined;
}

/** The next record of a queue. If it is not JSON, its value is its text. */
function parseNext({ spec, records, at }: Queue, partition: number, latest: Millis): Head {
  const { offset, key, value: text, headers } = records[at]!;
  const { topic, actual: from } = spec;
  let value: unknown = null;
  /** The text, if it is JSON. */
  let json: string | undefined;
  let time = Number.NaN;
  let fault: string | undefined;
  try {
    if (text !== null) {
      value = parseJson(text, LONGEST_LINE);
      json = text;
      time = spec.time(value);
      fault = aheadReason(time, latest);
    }
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    value = text;
    fault = error.message;
  }
  const input = { topic, from, partition, offset, key, value, text: json, headers };
  return { input, time, fault };
}

/** The queue whose next record has the least event time; a record without a time, or with a fault, goes first. */
function earliest(queues: readonly Queue[], partition: number, latest: Millis): Queue {
  let best = queues[0]!;
  let least = Number.POSITIVE_INFINITY;
  for (const queue of queues) {
    queue.head ??= parseNext(queue, partition, latest);
    const { time, fault } = queue.head;
    const order = fault !== undefined || Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
    if (order < least) {
      least = order;
      best = queue;
    }
  }
  return best;
}
