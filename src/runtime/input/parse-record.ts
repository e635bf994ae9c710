import { aheadReason } from '../../core/stream/ahead.ts';
import { type Headers, InvalidRecord, type StoredRecord } from '../../core/stream/record.ts';
import { LONGEST_LINE, parseJson } from '../../core/util/json.ts';
import type { Millis } from '../../core/util/time.ts';
import type { Input, InputSpec } from '../../processors/processor.ts';

/** A declared input and the topic it is read from. */
export interface MergedInputSpec extends InputSpec {
  readonly actual: string;
}

/** A parsed record. */
export interface Head {
  readonly input: Input;
  /** NaN if it has none. */
  readonly time: Millis;
  /** Why the record is rejected; undefined if it is accepted. */
  readonly fault: string | undefined;
}

/** An input whose bytes were parsed. Its texts are seldom used. */
class EncodedInput implements Input {
  readonly topic: string;
  readonly from: string;
  readonly offset: number;
  readonly headers: Headers;
  readonly #record: StoredRecord;

  constructor(
    { topic, actual }: MergedInputSpec,
    readonly partition: number,
    record: StoredRecord,
    readonly value: unknown,
  ) {
    this.topic = topic;
    this.from = actual;
    this.offset = record.offset;
    this.headers = record.headers;
    this.#record = record;
  }

  get key(): string | null {
    return this.#record.key;
  }

  get text(): string | undefined {
    return this.#record.value ?? undefined;
  }
}

/** Undefined for a record that has no bytes, or whose bytes are left to `parseText`. */
function parseEncoded(spec: MergedInputSpec, record: StoredRecord, partition: number): Input | undefined {
  const { encoded } = record;
  const value = encoded && spec.parseBytes?.(encoded.buffer, encoded.from, encoded.end);
  return value === undefined ? undefined : new EncodedInput(spec, partition, record, value);
}

/** Parses a record. If it is not JSON, its value is its text. */
export function parseRecord(
  spec: MergedInputSpec,
  record: StoredRecord,
  partition: number,
  latest: Millis,
): Head {
  const encoded = parseEncoded(spec, record, partition);
  if (encoded === undefined) return parseText(spec, record, partition, latest);
  const time = spec.time(encoded.value);
  return { input: encoded, time, fault: aheadReason(time, latest) };
}

function parseText(spec: MergedInputSpec, record: StoredRecord, partition: number, latest: Millis): Head {
  const { offset, key, value: text, headers } = record;
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
