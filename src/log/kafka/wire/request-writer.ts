/** Writes Kafka's protocol primitives, big-endian, to a growing buffer. */
export class RequestWriter {
  #bytes: Buffer;
  #at = 0;

  /** `size`: estimated bytes. */
  constructor(size = 256) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  int8(value: number): this {
    const at = this.#take(1);
    this.#bytes.writeInt8(value, at);
    return this;
  }

  int16(value: number): this {
    const at = this.#take(2);
    this.#bytes.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#take(4);
    this.#bytes.writeInt32BE(value, at);
    return this;
  }

  int64(value: number): this {
    const at = this.#take(8);
    this.#bytes.writeBigInt64BE(BigInt(value), at);
    return this;
  }

  string(text: string): this {
    return this.int16(Buffer.byteLength(text)).#raw(Buffer.from(text));
  }

  nullableString(text: string | undefined): this {
    return text === undefined ? this.int16(-1) : this.string(text);
  }

  bytes(bytes: Buffer): this {
    return this.int32(bytes.length).#raw(bytes);
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length);
    items.forEach(write);
    return this;
  }

  /** An unsigned varint. */
  uvarint(value: number): this {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.int8(((rest & 0x7f) | 0x80) - 256);
    return this.int8(rest);
  }

  compactString(text: string): this {
    return this.uvarint(Buffer.byteLength(text) + 1).#raw(Buffer.from(text));
  }

  /** A UUID in base64url, as in Kafka's tools. */
  uuid(id: string): this {
    return this.#raw(Buffer.from(id, 'base64url'));
  }

  compactArray<T>(items: readonly T[], write: (item: T) => void): this {
    this.uvarint(items.length + 1);
    items.forEach(write);
    return this;
  }

  /** Ends a structure of a flexible version (KIP-482) with no tagged fields. */
  noTags(): this {
    return this.int8(0);
  }

  #raw(bytes: Buffer): this {
    const at = this.#take(bytes.length);
    bytes.copy(this.#bytes, at);
    return this;
  }

  #take(size: number): number {
    const at = this.#at;
    this.#at += size;
    if (this.#at > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * this.#at);
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }
}
