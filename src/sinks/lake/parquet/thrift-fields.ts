import { BINARY, BYTE, DOUBLE, I64, LIST, SET, STRUCT } from './thrift.ts';

/**
 * The fields of a struct in Thrift's compact protocol: the encoded bytes of each value by id, for copying unchanged. Throws
 * Error for a type that Parquet does not use.
 */
export function structFields(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  let at = 0;
  const byte = (): number => bytes[at++]!;
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const next = byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
    }
  };

  /** In a list each boolean is a byte; as a field it is in the header. */
  function skip(type: number, inList: boolean): void {
    if (type < BYTE) at += inList ? 1 : 0;
    else if (type === BYTE) at += 1;
    else if (type <= I64) varint();
    else if (type === DOUBLE) at += 8;
    else if (type === BINARY) at = varint() + at;
    else if (type === LIST || type === SET) skipList();
    else if (type === STRUCT) struct(() => {});
    else throw new Error(`its footer has a field of type ${type}`);
  }

  function skipList(): void {
    const head = byte();
    const count = head >> 4 === 15 ? varint() : head >> 4;
    for (let i = 0; i < count; i++) skip(head & 15, true);
  }

  function struct(found: (id: number, from: number) => void): void {
    for (let id = 0, head = byte(); head !== 0 && at <= bytes.length; head = byte()) {
      const zigzag = head >> 4 === 0 ? varint() : 0;
      id = head >> 4 === 0 ? (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2) : id + (head >> 4);
      const from = at;
      skip(head & 15, false);
      found(id, from);
    }
  }

  const fields = new Map<number, Uint8Array>();
  struct((id, from) => fields.set(id, bytes.subarray(from, at)));
  return fields;
}
