import type { EncodedValue, Headers, NewRecord, TextBytes } from '../../core/stream/record.ts';

/** Bytes reserved at once. */
const CHUNK_BYTES = 2 ** 18;

/** A record whose value is bytes. */
export class EncodedOutput implements NewRecord {
  readonly topic: string;
  readonly partitionKey: string | null;
  readonly key: string | null;
  readonly headers: Headers;
  readonly bytes: EncodedValue;

  constructor({ topic, partitionKey, key, headers }: Omit<NewRecord, 'value'>, bytes: EncodedValue) {
    this.topic = topic;
    this.partitionKey = partitionKey;
    this.key = key;
    this.headers = headers;
    this.bytes = bytes;
  }

  get value(): string {
    const { buffer, from, end } = this.bytes;
    return buffer.utf8Slice(from, end);
  }
}

/** Encodes values as soon as they are made, since texts that wait for a commit are copied by the garbage collector. */
export class OutputBytes {
  #chunk: (Buffer<ArrayBuffer> & TextBytes) | undefined;
  #end = 0;

  encoded(record: NewRecord): NewRecord {
    const { value } = record;
    if (value === null) return record;
    // A UTF-16 unit takes up to three bytes.
    const most = 3 * value.length;
    if (this.#chunk === undefined || this.#end + most > this.#chunk.length) {
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, most)) as Buffer<ArrayBuffer> & TextBytes;
      this.#end = 0;
    }
    const from = this.#end;
    this.#end += this.#chunk.write(value, from, 'utf8');
    return new EncodedOutput(record, { buffer: this.#chunk, from, end: this.#end, length: value.length });
  }

  /** Starts a new chunk: the last one may move to another thread. */
  renew(): void {
    this.#chunk = undefined;
  }
}
