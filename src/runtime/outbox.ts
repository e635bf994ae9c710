import { type Headers, type NewRecord, Unreadable } from '../core/record.ts';
import type { Millis } from '../core/time.ts';
import type { Emitter, Input, Output } from '../processors/processor.ts';
import type { StageStats } from './stage.ts';

const LATE: Headers = { schema: 'late/1' };
const REJECT: Headers = { schema: 'reject/1' };

/** `{coin}-processed` with the value's own field; a field that is not there leaves its name. */
function fill(template: string, value: object | null, by: string): string {
  return template.replace(/\{(\w+)\}/g, (_, field: string) =>
    String((value as Record<string, unknown> | null)?.[field] ?? by),
  );
}

/** A record that a stage cannot use, as it goes to topic `rejects`. */
export function rejectRecord(input: Omit<Input, 'value'> & { value: unknown }, why: string): NewRecord {
  const { topic, partition, offset, key, value } = input;
  const body = JSON.stringify({ topic, partition, offset, key, value, why });
  return { topic: 'rejects', by: topic, key, value: body, headers: REJECT };
}

/** Collects what a processor answers until the next commit takes it. */
export class Outbox implements Emitter {
  #records: NewRecord[] = [];
  #input: Input | undefined;
  readonly #headers: Headers;
  readonly #varies: boolean;

  constructor(
    readonly topic: string,
    schema: string,
    readonly stats: StageStats,
  ) {
    this.#headers = { schema };
    this.#varies = topic.includes('{');
  }

  get size(): number {
    return this.#records.length;
  }

  /** Runs `step` for one record: what it throws as Unreadable becomes a reject. */
  during(input: Input, step: () => void): void {
    this.#input = input;
    try {
      step();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.reject(input, error.message);
    }
  }

  reject(input: Input, why: string): void {
    this.stats.rejected += 1;
    this.#records.push(rejectRecord(input, why));
  }

  emit({ key, by, value }: Output): void {
    this.stats.out += 1;
    const topic = this.#varies ? fill(this.topic, value, by) : this.topic;
    const text = value === null ? null : JSON.stringify(value);
    this.#records.push({ topic, by, key, value: text, headers: this.#headers });
  }

  late(why: string, byMs: Millis): void {
    const { topic, partition, offset, key, value } = this.#input!;
    this.stats.late += 1;
    const body = JSON.stringify({ topic, partition, offset, key, value, why, late_by_ms: byMs });
    this.#records.push({ topic: 'late', by: topic, key, value: body, headers: LATE });
  }

  drop(reason: string): void {
    this.stats.dropped[reason] = (this.stats.dropped[reason] ?? 0) + 1;
  }

  /** Everything since the last call. */
  take(): NewRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }
}
