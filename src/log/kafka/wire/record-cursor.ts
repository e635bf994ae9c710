import { decodeUtf8 } from './utf8.ts';

/** Reads the parts of a record: zigzag varints (Protocol Buffers' sint32 and sint64) and length-prefixed texts. */
export class RecordCursor {
  constructor(
    readonly bytes: Buffer,
    public at = 0,
  ) {}

  varint(): number {
    let byte = this.bytes[this.at++]!;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f && shift < 35; shift += 7) {
      byte = this.bytes[this.at++]!;
      value |= (byte & 0x7f) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** Exact from -2^52 to 2^52. */
  varlong(): number {
    let byte = this.bytes[this.at++]!;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 0x7f;
    for (let scale = 128; byte > 0x7f && scale < 2 ** 70; scale *= 128) {
      byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Throws RangeError if the text ends past the bytes. */
  text(): string | null {
    const length = this.varint();
    if (length < 0) return null;
    const from = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError(`a text of ${length} bytes begins at ${from}`);
    return decodeUtf8(this.bytes, from, this.at);
  }
}
