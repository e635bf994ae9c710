import type { Restored, StateChange } from '../core/stream/keyed-state.ts';
import { type Headers, InvalidRecord, type NewRecord } from '../core/stream/record.ts';
import { weightOf } from '../core/util/runs.ts';
import type { Millis } from '../core/util/time.ts';
import { fillTopic, placeholdersIn } from '../market/catalog/topic-template.ts';
import { REJECTS } from '../market/catalog/topics.ts';
import type { Decisions, Emitter, Input, Output } from '../processors/processor.ts';
import type { StageStats } from './stage.ts';
import { WrittenTopics } from './written-topics.ts';

/** Outputs held before a commit, and bytes of them: a record more at most. */
const MAX_OUTPUTS = 20_000;
const MAX_BYTES = 8 * 2 ** 20;

const LATE: Headers = { schema: 'late/1' };
const REJECT: Headers = { schema: 'reject/1' };
const DECISION: Headers = { schema: 'decision/1' };

type SetAside = Pick<Input, 'from' | 'partition' | 'offset' | 'key' | 'value' | 'text'>;

/** Kafka takes messages of 1 MB unless it is told otherwise: what is set aside must fit. In bytes of UTF-8. */
const LONGEST_ASIDE = 1_000_000;
/** Kept of a value or key that does not fit, in characters. */
const KEPT_TEXT = 2000;
const KEPT_KEY = 1000;

const keptKey = (key: string | null): string | null => key?.slice(0, KEPT_KEY) ?? null;

/** The JSON of a record that is set aside: its place, its value as it was read, and why. It never fails. */
function setAside(input: SetAside, why: string, more: object = {}): string {
  const { from: topic, partition, offset, key, value, text } = input;
  const head = JSON.stringify({ topic, partition, offset, key }).slice(0, -1);
  const tail = JSON.stringify({ why, ...more }).slice(1);
  const body = `${head},"value":${text ?? JSON.stringify(value)},${tail}`;
  if (Buffer.byteLength(body) <= LONGEST_ASIDE) return body;
  const whole = text ?? String(value);
  return JSON.stringify({
    topic,
    partition,
    offset,
    key: keptKey(key),
    value: whole.slice(0, KEPT_TEXT),
    why: `${why} (the first ${KEPT_TEXT} of ${whole.length} characters; all of it is at this offset)`,
    ...more,
  });
}

/** A record that a stage cannot use, as it goes to topic `rejects`. */
export const rejectRecord = (input: SetAside, why: string): NewRecord => ({
  topic: REJECTS,
  by: input.from,
  key: keptKey(input.key),
  value: setAside(input, why),
  headers: REJECT,
});

export interface OutboxSpec {
  /** May hold `{coin}` and the like. */
  readonly topic: string;
  readonly schema: string;
  readonly decisions: Decisions | undefined;
}

/** Collects what a processor answers until the next commit takes it. */
export class Outbox implements Emitter {
  #records: NewRecord[] = [];
  #weight = 0;
  #input: Input | undefined;
  /** Topics that the record being accepted went to, `late` and `error` among them. */
  readonly #went = new Set<string>();
  readonly #headers: Headers;
  /** Undefined where the topic's name is always the same. */
  readonly #written: WrittenTopics | undefined;

  constructor(
    readonly spec: OutboxSpec,
    readonly stats: StageStats,
    restored: Restored,
  ) {
    this.#headers = { schema: spec.schema };
    this.#written = placeholdersIn(spec.topic).length > 0 ? new WrittenTopics(restored) : undefined;
  }

  /** True when what waits is to be committed, whatever the time. */
  get isFull(): boolean {
    return this.#records.length >= MAX_OUTPUTS || this.#weight >= MAX_BYTES;
  }

  #put(record: NewRecord): void {
    this.#records.push(record);
    this.#weight += weightOf(record);
  }

  /** Runs `step` for one record: what it throws as Unreadable becomes a reject. */
  during(input: Input, step: () => void): void {
    this.#input = input;
    try {
      step();
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      this.stats.rejected += 1;
      this.#put(rejectRecord(input, error.message));
      this.#went.add('error');
    }
    if (this.spec.decisions !== undefined) this.#decide(this.spec.decisions, input);
    this.#went.clear();
  }

  reject(input: Input, why: string): void {
    this.during(input, () => {
      throw new InvalidRecord(why);
    });
  }

  emit(output: Output): void {
    const { key, partitionKey: by, value } = output;
    const text = value === null ? null : JSON.stringify(value);
    for (const topic of this.#topicsOf(output)) {
      this.stats.out += 1;
      this.#put({ topic, by, key, value: text, headers: this.#headers });
      if (by !== null) this.#went.add(topic);
    }
  }

  /** What goes to every partition goes to every topic as well that records of this task have gone to. */
  #topicsOf({ partitionKey: by, value, routingFields: about }: Output): readonly string[] {
    const { topic } = this.spec;
    if (this.#written === undefined) return [topic];
    if (by === null) return this.#written.all();
    const name = fillTopic(topic, { ...about, ...value }, by);
    this.#written.add(name);
    return [name];
  }

  late(why: string, byMs: Millis): void {
    const { from: by, key } = this.#input!;
    this.stats.late += 1;
    const value = setAside(this.#input!, why, { late_by_ms: byMs });
    this.#put({ topic: 'late', by, key: keptKey(key), value, headers: LATE });
    this.#went.add('late');
  }

  drop(reason: string): void {
    this.stats.dropped[reason] = (this.stats.dropped[reason] ?? 0) + 1;
  }

  /** One record for each topic that the input went to; `discard` when it went nowhere. */
  #decide({ topic, idOf }: Decisions, input: Input): void {
    const id = idOf(input);
    if (id === undefined) return;
    const { from: source } = input;
    for (const dest of this.#went.size === 0 ? ['discard'] : this.#went) {
      const value = JSON.stringify({ id, source, dest });
      this.#put({ topic, by: id ?? source, key: id, value, headers: DECISION });
    }
  }

  /** Everything since the last call. */
  take(): NewRecord[] {
    const records = this.#records;
    this.#records = [];
    this.#weight = 0;
    return records;
  }

  /** What has to be kept with the task's state. */
  changes(): readonly StateChange[] {
    return this.#written?.changes() ?? [];
  }
}
