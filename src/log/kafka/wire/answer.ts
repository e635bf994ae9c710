/** Reads an answer: Kafka's protocol primitives, big-endian. Throws RangeError behind its end. */
export class AnswerReader {
  #at = 0;

  constructor(readonly payload: Buffer) {}

  int8(): number {
    return this.payload.readInt8(this.#skip(1));
  }

  int16(): number {
    return this.payload.readInt16BE(this.#skip(2));
  }

  int32(): number {
    return this.payload.readInt32BE(this.#skip(4));
  }

  /** An offset or a time: exact up to 2^53. */
  int64(): number {
    return Number(this.bigint64());
  }

  bigint64(): bigint {
    return this.payload.readBigInt64BE(this.#skip(8));
  }

  string(): string {
    return this.#raw(this.int16()).toString();
  }

  /** Shares the answer's memory; null is empty. */
  bytes(): Buffer {
    return this.#raw(Math.max(0, this.int32()));
  }

  /** Null is empty. */
  array<T>(read: () => T): T[] {
    return this.#items(this.int32(), read);
  }

  /** A number without a sign, seven bits a byte. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.int8();
      value |= (byte & 0x7f) << shift;
      if (byte >= 0) break;
    }
    return value >>> 0;
  }

  /** Null is ''. */
  compactString(): string {
    return this.#raw(Math.max(0, this.uvarint() - 1)).toString();
  }

  /** Shares the answer's memory; null is empty. */
  compactBytes(): Buffer {
    return this.#raw(Math.max(0, this.uvarint() - 1));
  }

  /** As Kafka's own tools write it; undefined for all zeros, which is none. */
  uuid(): string | undefined {
    const bytes = this.#raw(16);
    return bytes.some((byte) => byte !== 0) ? bytes.toString('base64url') : undefined;
  }

  /** Null is empty. */
  compactArray<T>(read: () => T): T[] {
    return this.#items(this.uvarint() - 1, read);
  }

  /** The end of each structure of a flexible version (KIP-482): fields that only newer clients know. */
  skipTags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint();
      this.#raw(this.uvarint());
    }
  }

  #items<T>(count: number, read: () => T): T[] {
    const items: T[] = [];
    while (items.length < count) items.push(read());
    return items;
  }

  #raw(length: number): Buffer {
    const at = this.#skip(length);
    return this.payload.subarray(at, this.#at);
  }

  #skip(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.payload.length)
      throw new RangeError(`the answer ends at byte ${this.payload.length}, before ${at + length}`);
    this.#at = at + length;
    return at;
  }
}
