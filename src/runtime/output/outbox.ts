import type { Restored, StateChange } from '../../core/stream/keyed-state.ts';
import { type Headers, InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { weightOf } from '../../core/util/runs.ts';
import type { Millis } from '../../core/util/time.ts';
import { fillTopic, placeholdersIn } from '../../market/catalog/topic-template.ts';
import { REJECTS } from '../../market/catalog/topics.ts';
import type { Decisions, Emitter, Input, MissedWindows, Output } from '../../processors/processor.ts';
import { countReasons, missedBoth, type StageStats } from '../stage.ts';
import { OutputBytes } from './output-bytes.ts';
import { WrittenTopics } from './written-topics.ts';

/** Limits of uncommitted outputs: number and bytes. The outputs of one record may exceed them. */
const MAX_OUTPUTS = 20_000;
const MAX_BYTES = 8 * 2 ** 20;

const LATE: Headers = { schema: 'late/1' };
const REJECT: Headers = { schema: 'reject/1' };
const DECISION: Headers = { schema: 'decision/1' };

type DivertedInput = Pick<Input, 'from' | 'partition' | 'offset' | 'key' | 'value' | 'text'>;

/** Kafka's default limit of a message is 1 MB. In bytes of UTF-8. */
const MAX_DIVERTED_BYTES = 1_000_000;
/** Characters kept of a value or key that does not fit. */
const KEPT_TEXT = 2000;
const KEPT_KEY = 1000;

const keptKey = (key: string | null): string | null => key?.slice(0, KEPT_KEY) ?? null;

/** The JSON of a late or rejected record: its position, its value as read, and the reason. Never throws. */
function divertedValue(input: DivertedInput, why: string, more: object = {}): string {
  const { from: topic, partition, offset, key, value, text } = input;
  const head = JSON.stringify({ topic, partition, offset, key }).slice(0, -1);
  const tail = JSON.stringify({ why, ...more }).slice(1);
  const body = `${head},"value":${text ?? JSON.stringify(value)},${tail}`;
  if (Buffer.byteLength(body) <= MAX_DIVERTED_BYTES) return body;
  const whole = text ?? String(value);
  return JSON.stringify({
    topic,
    partition,
    offset,
    key: keptKey(key),
    value: whole.slice(0, KEPT_TEXT),
    why: `${why} (the first ${KEPT_TEXT} of ${whole.length} characters; the full value is at this offset)`,
    ...more,
  });
}

/** Makes the record for topic `rejects` of a record that a stage cannot use. */
export const rejectRecord = (input: DivertedInput, why: string): NewRecord => ({
  topic: REJECTS,
  partitionKey: input.from,
  key: keptKey(input.key),
  value: divertedValue(input, why),
  headers: REJECT,
});

function textOf({ value, base }: Output): string | null {
  if (value === null) return null;
  const text = JSON.stringify(value);
  return base === undefined ? text : `${base.text.slice(0, -1)},${text.slice(1)}`;
}

export interface OutboxSpec {
  /** May contain placeholders such as `{coin}`. */
  readonly topic: string;
  readonly schema: string;
  readonly decisions: Decisions | undefined;
  /** Takes the warnings of the logic; repeats are its business. */
  readonly warn?: (text: string) => void;
}

/** Collects a processor's outputs for the next commit. */
export class Outbox implements Emitter {
  #records: NewRecord[] = [];
  #weight = 0;
  #input: Input | undefined;
  /** Topics that the current record went to, including `late` and `error`. */
  readonly #destinations = new Set<string>();
  readonly #headers: Headers;
  #lastMerge: { readonly more: Headers; readonly headers: Headers } | undefined;
  /** Undefined if the topic's name has no placeholders. */
  readonly #written: WrittenTopics | undefined;
  /** Undefined for a log that needs texts. */
  readonly #bytes: OutputBytes | undefined;

  constructor(
    readonly spec: OutboxSpec,
    readonly stats: StageStats,
    restored: Restored,
    takesBytes = false,
  ) {
    this.#bytes = takesBytes ? new OutputBytes() : undefined;
    this.#headers = { schema: spec.schema };
    this.#written = placeholdersIn(spec.topic).length > 0 ? new WrittenTopics(restored) : undefined;
  }

  /** True if it is time to commit, whatever the commit interval. */
  get isFull(): boolean {
    return this.#records.length >= MAX_OUTPUTS || this.#weight >= MAX_BYTES;
  }

  #put(record: NewRecord): void {
    this.#records.push(this.#bytes?.encoded(record) ?? record);
    this.#weight += weightOf(record);
  }

  /** Runs `step` for one record; an InvalidRecord that it throws becomes a reject. */
  during(input: Input, step: () => void): void {
    this.#input = input;
    try {
      step();
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      this.stats.rejected += 1;
      countReasons(this.stats, 'rejectReasons', { [error.message]: 1 });
      this.#put(rejectRecord(input, error.message));
      this.#destinations.add('error');
    }
    if (this.spec.decisions !== undefined) this.#decide(this.spec.decisions, input);
    this.#destinations.clear();
  }

  reject(input: Input, why: string): void {
    this.during(input, () => {
      throw new InvalidRecord(why);
    });
  }

  emit(output: Output): void {
    const { key, partitionKey, headers: more } = output;
    const headers = more === undefined ? this.#headers : this.#merged(more);
    const text = textOf(output);
    for (const topic of this.#topicsOf(output)) {
      this.stats.out += 1;
      this.#put({ topic, partitionKey, key, value: text, headers });
      if (partitionKey !== null) this.#destinations.add(topic);
    }
  }

  /** Outputs with the same further headers get the same headers, so that a batch stores them once. */
  #merged(more: Headers): Headers {
    if (this.#lastMerge?.more !== more) this.#lastMerge = { more, headers: { ...this.#headers, ...more } };
    return this.#lastMerge.headers;
  }

  /** A record for every partition also goes to every topic that this task has written to. */
  #topicsOf({ partitionKey, value, base, routingFields }: Output): readonly string[] {
    const { topic } = this.spec;
    if (this.#written === undefined) return [topic];
    if (partitionKey === null) return this.#written.all();
    const name = fillTopic(topic, { ...routingFields, ...base?.value, ...value }, partitionKey);
    this.#written.add(name);
    return [name];
  }

  late(why: string, byMs: Millis, missed?: MissedWindows): void {
    const { from: partitionKey, key } = this.#input!;
    this.stats.late += 1;
    countReasons(this.stats, 'lateReasons', { [why]: 1 });
    const value = divertedValue(this.#input!, why, { late_by_ms: byMs });
    this.#put({ topic: 'late', partitionKey, key: keptKey(key), value, headers: LATE });
    this.#destinations.add('late');
    if (missed !== undefined) this.stats.missed = missedBoth(this.stats.missed, missed);
  }

  amended(): void {
    this.stats.amended = (this.stats.amended ?? 0) + 1;
  }

  drop(reason: string): void {
    this.stats.dropped[reason] = (this.stats.dropped[reason] ?? 0) + 1;
  }

  warn(text: string): void {
    this.spec.warn?.(text);
  }

  /** Writes one decision per topic that the input went to; `discard` if none. */
  #decide({ topic, idOf }: Decisions, input: Input): void {
    const id = idOf(input);
    if (id === undefined) return;
    const { from: source } = input;
    for (const dest of this.#destinations.size === 0 ? ['discard'] : this.#destinations) {
      const value = JSON.stringify({ id, source, dest });
      this.#put({ topic, partitionKey: id ?? source, key: id, value, headers: DECISION });
    }
  }

  /** Removes and returns all records collected since the last call. */
  take(): NewRecord[] {
    const records = this.#records;
    this.#records = [];
    this.#weight = 0;
    this.#bytes?.renew();
    return records;
  }

  /** Changes to store with the task's state. */
  changes(): readonly StateChange[] {
    return this.#written?.changes() ?? [];
  }
}
