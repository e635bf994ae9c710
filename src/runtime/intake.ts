import { parseJson } from '../core/json.ts';
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
  /** The next record, parsed, and its event time; undefined until looked at. */
  head: Input | undefined;
  headTime: Millis;
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
      return { spec, records: [], at: 0, head: undefined, headTime: 0, done, ended: false };
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

  /** Hands on what was taken, until an input that had more runs dry, or `isFull`. Returns how many records that was. */
  drain(
    accept: (input: Input) => void,
    reject: (input: Input, why: string) => void,
    isFull: () => boolean = () => false,
  ): number {
    const { partition } = this.task;
    const live = this.#queues.filter((queue) => !queue.ended);
    let count = 0;
    while (live.length > 0 && live.every((queue) => queue.at < queue.records.length) && !isFull()) {
      const queue = live.length === 1 ? live[0]! : earliest(live, partition);
      const input = queue.head ?? parse(queue, partition);
      if (input.value instanceof Broken) reject({ ...input, value: input.value.text }, input.value.why);
      else accept(input);
      queue.head = undefined;
      queue.at += 1;
      queue.done = input.offset + 1;
      count += 1;
    }
    return count;
  }
}

/** Stands in for the value of a record that is not JSON. */
class Broken {
  constructor(
    readonly text: string,
    readonly why: string,
  ) {}
}

function parse({ spec, records, at }: Queue, partition: number): Input {
  const { offset, key, value: text, headers } = records[at]!;
  let value: unknown = null;
  try {
    if (text !== null) value = parseJson(text);
  } catch (error) {
    value = new Broken(text!, (error as Error).message);
  }
  return { topic: spec.topic, from: spec.actual, partition, offset, key, value, headers };
}

/** The queue whose next record is least by event time; one without a time goes first, on its way to `rejects`. */
function earliest(queues: readonly Queue[], partition: number): Queue {
  let best = queues[0]!;
  let least = Number.POSITIVE_INFINITY;
  for (const queue of queues) {
    if (queue.head === undefined) {
      queue.head = parse(queue, partition);
      const time = queue.head.value instanceof Broken ? Number.NaN : queue.spec.time(queue.head.value);
      queue.headTime = Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
    }
    if (queue.headTime < least) {
      least = queue.headTime;
      best = queue;
    }
  }
  return best;
}
