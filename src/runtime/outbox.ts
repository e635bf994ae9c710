import { type Headers, type NewRecord, Unreadable } from '../core/record.ts';
import { weightOf } from '../core/runs.ts';
import type { Restored, StateChange } from '../core/state.ts';
import type { Millis } from '../core/time.ts';
import { fillTopic, placeholdersIn } from '../market/topic-template.ts';
import { REJECTS } from '../market/topics.ts';
import type { Decisions, Emitter, Input, Output } from '../processors/processor.ts';
import type { StageStats } from './stage.ts';
import { WrittenTopics } from './written-topics.ts';

/** Outputs held before a commit, and bytes of them: a record more at most. */
const MAX_OUTPUTS = 20_000;
const MAX_BYTES = 8 * 2 ** 20;

const LATE: Headers = { schema: 'late/1' };
const REJECT: Headers = { schema: 'reject/1' };
const DECISION: Headers = { schema: 'decision/1' };

/** A record that a stage cannot use, as it goes to topic `rejects`. */
export function rejectRecord(
  input: Pick<Input, 'from' | 'partition' | 'offset' | 'key' | 'value'>,
  why: string,
): NewRecord {
  const { from: topic, partition, offset, key, value } = input;
  const body = JSON.stringify({ topic, partition, offset, key, value, why });
  return { topic: REJECTS, by: topic, key, value: body, headers: REJECT };
}

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
      if (!(error instanceof Unreadable)) throw error;
      this.stats.rejected += 1;
      this.#put(rejectRecord(input, error.message));
      this.#went.add('error');
    }
    if (this.spec.decisions !== undefined) this.#decide(this.spec.decisions, input);
    this.#went.clear();
  }

  reject(input: Input, why: string): void {
    this.during(input, () => {
      throw new Unreadable(why);
    });
  }

  emit(output: Output): void {
    const { key, by, value } = output;
    const text = value === null ? null : JSON.stringify(value);
    for (const topic of this.#topicsOf(output)) {
      this.stats.out += 1;
      this.#put({ topic, by, key, value: text, headers: this.#headers });
      if (by !== null) this.#went.add(topic);
    }
  }

  /** What goes to every partition goes to every topic as well that records of this task have gone to. */
  #topicsOf({ by, value, about }: Output): readonly string[] {
    const { topic } = this.spec;
    if (this.#written === undefined) return [topic];
    if (by === null) return this.#written.all();
    const name = fillTopic(topic, { ...about, ...value }, by);
    this.#written.add(name);
    return [name];
  }

  late(why: string, byMs: Millis): void {
    const { from: topic, partition, offset, key, value } = this.#input!;
    this.stats.late += 1;
    const body = JSON.stringify({ topic, partition, offset, key, value, why, late_by_ms: byMs });
    this.#put({ topic: 'late', by: topic, key, value: body, headers: LATE });
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
