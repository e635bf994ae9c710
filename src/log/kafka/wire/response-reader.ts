/** Reads Kafka's protocol primitives, big-endian. Throws RangeError past the end of the response. */
export class ResponseReader {
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

  /** A view of the response's memory; null becomes empty. */
  bytes(): Buffer {
    return this.#raw(Math.max(0, this.int32()));
  }

  /** Null becomes empty. */
  array<T>(read: () => T): T[] {
    return this.#items(this.int32(), read);
  }

  /** An unsigned varint. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.int8();
      value |= (byte & 0x7f) << shift;
      if (byte >= 0) break;
    }
    return value >>> 0;
  }

  /** Null becomes ''. */
  compactString(): string {
    return this.#raw(Math.max(0, this.uvarint() - 1)).toString();
  }

  /** A view of the response's memory; null becomes empty. */
  compactBytes(): Buffer {
    return this.#raw(Math.max(0, this.uvarint() - 1));
  }

  /** Base64url, as in Kafka's tools; undefined for the zero UUID, which means none. */
  uuid(): string | undefined {
    const bytes = this.#raw(16);
    return bytes.some((byte) => byte !== 0) ? bytes.toString('base64url') : undefined;
  }

  /** Null becomes empty. */
  compactArray<T>(read: () => T): T[] {
    return this.#items(this.uvarint() - 1, read);
  }

  /** Skips the tagged fields that end each structure of a flexible version (KIP-482). */
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
      throw new RangeError(`the response ends at byte ${this.payload.length}, before ${at + length}`);
    this.#at = at + length;
    return at;
  }
}
