import type { EncodedText, Headers, StoredRecord, TextBytes } from '../../../core/stream/record.ts';

/** A record whose texts are decoded when they are used. */
export class EncodedRecord implements StoredRecord, EncodedText {
  constructor(
    readonly offset: number,
    readonly timestamp: number,
    readonly headers: Headers,
    readonly buffer: TextBytes,
    /** Undefined without a key; otherwise the key is before the value. */
    readonly keyFrom: number | undefined,
    readonly from: number,
    readonly end: number,
  ) {}

  get encoded(): EncodedText {
    return this;
  }

  get key(): string | null {
    return this.keyFrom === undefined ? null : this.buffer.utf8Slice(this.keyFrom, this.from);
  }

  get value(): string {
    return this.buffer.utf8Slice(this.from, this.end);
  }
}
