import type { StoredRecord } from '../core/record.ts';
import type { Millis } from '../core/time.ts';
import type { Task } from '../log/log.ts';
import type { Input, InputSpec } from '../processors/processor.ts';

/** Bytes taken from one input at once. */
const READ_BYTES = 1 << 20;

/** An input as declared, and the topic it is read from. */
export interface IntakeSpec extends InputSpec {
  readonly actual: string;
}

interface Queue {
  readonly spec: IntakeSpec;
  records: readonly StoredRecord[];
  at: number;
  /** The next record, parsed, with its event time; undefined until looked at. */
  head: { input: Input; time: Millis; broken: string | undefined } | undefined;
  /** Offset after the last record handed on. */
  done: number;
  /** Nothing more was there at the last look. */
  ended: boolean;
}

/**
 * Reads a task's inputs, merged by event time while several have unread records, so that none runs ahead of its
 * sibling. Hands on parsed records; remembers how far they were handed on.
 */
export class Intake {
  readonly #queues: Queue[];
  #limits: ReadonlyMap<string, number> | undefined;

  constructor(
    readonly task: Task,
    specs: readonly IntakeSpec[],
  ) {
    this.#queues = specs.map((spec) => {
      const done = task.position(spec.actual);
      return { spec, records: [], at: 0, head: undefined, done, ended: false };
    });
  }

  /** From now on nothing at or past these offsets is handed on. */
  limit(ends: ReadonlyMap<string, number>): void {
    this.#limits = ends;
  }

  /** Next offset of each input, by topic read. */
  offsets(): Map<string, number> {
    return new Map(this.#queues.map(({ spec, done }) => [spec.actual, done]));
  }

  /** Every input has been handed on to its end (or limit), as of the last `fill`. */
  get caughtUp(): boolean {
    return this.#queues.every((queue) => queue.ended && queue.at >= queue.records.length);
  }

  /** Takes more of each input that has run dry. False when there is nothing to hand on. */
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

  /** Hands on what was taken, until an input that had more runs dry. */
  drain(accept: (input: Input) => void, reject: (input: Input, why: string) => void): number {
    const live = this.#queues.filter((queue) => !queue.ended);
    let count = 0;
    while (live.length > 0 && live.every((queue) => queue.at < queue.records.length)) {
      const queue = live.length === 1 ? live[0]! : earliest(live, this.task.partition);
      const { input, broken } = queue.head ?? look(queue, this.task.partition, false);
      if (broken === undefined) accept(input);
      else reject(input, broken);
      queue.head = undefined;
      queue.at += 1;
      queue.done = input.offset + 1;
      count += 1;
    }
    return count;
  }
}

function earliest(queues: readonly Queue[], partition: number): Queue {
  let best = queues[0]!;
  let least = Number.POSITIVE_INFINITY;
  for (const queue of queues) {
    queue.head ??= look(queue, partition, true);
    if (queue.head.time < least) {
      least = queue.head.time;
      best = queue;
    }
  }
  return best;
}

/** A record without a time goes first: it is on its way to `rejects`. */
function look(queue: Queue, partition: number, timed: boolean): NonNullable<Queue['head']> {
  const { offset, key, value: text, headers } = queue.records[queue.at]!;
  const at = { topic: queue.spec.topic, partition, offset, key, headers };
  let value: unknown = null;
  try {
    if (text !== null) value = JSON.parse(text);
  } catch (error) {
    const broken = `not JSON: ${(error as Error).message}`;
    return { input: { ...at, value: text }, time: Number.NEGATIVE_INFINITY, broken };
  }
  const time = timed ? queue.spec.time(value) : 0;
  const input = { topic: at.topic, partition, offset, key, headers, value };
  return { input, time: Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time, broken: undefined };
}
