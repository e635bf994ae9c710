/** Types of a field or an element, as Thrift's compact protocol numbers them. */
export const BYTE = 3;
const I32 = 5;
export const I64 = 6;
export const DOUBLE = 7;
export const BINARY = 8;
export const LIST = 9;
export const SET = 10;
export const STRUCT = 12;

/**
 * Writes structs in Thrift's compact protocol (github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
 * The fields of a struct come in the order of their ids.
 */
export class ThriftWriter {
  #bytes = Buffer.allocUnsafe(4096);
  #at = 0;
  /** Ids of the last fields written, in this struct and in the enclosing ones. */
  #last = 0;
  readonly #around: number[] = [];

  /** A whole number within 2^31. */
  i32(id: number, value: number): this {
    return this.#field(id, I32).#varint(zigzag(value));
  }

  /** A whole number within 2^52. */
  i64(id: number, value: number): this {
    return this.#field(id, I64).#varint(zigzag(value));
  }

  binary(id: number, value: string | Uint8Array): this {
    return this.#field(id, BINARY).#content(value);
  }

  /** Its fields follow, up to `end`. */
  struct(id: number): this {
    return this.#field(id, STRUCT).begin();
  }

  structs<T>(id: number, items: readonly T[], write: (item: T) => void): this {
    this.#list(id, STRUCT, items.length);
    for (const item of items) {
      this.begin();
      write(item);
      this.end();
    }
    return this;
  }

  i32s(id: number, values: readonly number[]): this {
    this.#list(id, I32, values.length);
    for (const value of values) this.#varint(zigzag(value));
    return this;
  }

  texts(id: number, values: readonly string[]): this {
    this.#list(id, BINARY, values.length);
    for (const value of values) this.#content(value);
    return this;
  }

  /** A list, already encoded. */
  list(id: number, bytes: Uint8Array): this {
    this.#field(id, LIST).#put(bytes);
    return this;
  }

  begin(): this {
    this.#around.push(this.#last);
    this.#last = 0;
    return this;
  }

  end(): this {
    this.#last = this.#around.pop()!;
    return this.#byte(0);
  }

  /** Ends the outermost struct, returns its bytes and resets the writer. */
  finish(): Buffer {
    this.#byte(0);
    const bytes = Buffer.from(this.#bytes.subarray(0, this.#at));
    this.#at = this.#last = 0;
    return bytes;
  }

  #list(id: number, type: number, count: number): void {
    this.#field(id, LIST);
    if (count < 15) this.#byte((count << 4) | type);
    else this.#byte(0xf0 | type).#varint(count);
  }

  #field(id: number, type: number): this {
    const step = id - this.#last;
    this.#last = id;
    return this.#byte((step << 4) | type);
  }

  #content(value: string | Uint8Array): this {
    const length = typeof value === 'string' ? Buffer.byteLength(value) : value.length;
    this.#varint(length);
    if (typeof value !== 'string') return this.#put(value);
    this.#need(length);
    this.#bytes.write(value, this.#at);
    this.#at += length;
    return this;
  }

  #put(bytes: Uint8Array): this {
    this.#need(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  #byte(value: number): this {
    this.#need(1);
    this.#bytes[this.#at++] = value;
    return this;
  }

  #varint(value: number): this {
    this.#need(8);
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 0x80;
    this.#bytes[this.#at++] = rest;
    return this;
  }

  #need(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#at + length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
