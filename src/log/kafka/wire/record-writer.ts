import { writeUtf8 } from './utf8.ts';

/** Size of a zigzag varint in bytes. */
export function varintSize(value: number): number {
  const rest = (value << 1) ^ (value >> 31);
  if ((rest & ~0x7f) === 0) return 1;
  if ((rest & ~0x3fff) === 0) return 2;
  return Math.ceil((32 - Math.clz32(rest)) / 7);
}

/** Writes a varint and returns its end, like all functions here. */
export function putVarint(bytes: Buffer, value: number, start: number): number {
  let at = start;
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

/** Writes a length at `start`, before the bytes from `start + room` to `end`; moves them if the room does not fit. */
function putLength(bytes: Buffer, start: number, room: number, end: number): number {
  const length = end - start - room;
  const size = varintSize(length);
  if (size !== room) bytes.copyWithin(start + size, start + room, end);
  putVarint(bytes, length, start);
  return start + size + length;
}

/** Null has length -1. Reserves room for the length as if the text were ASCII. */
export function putText(bytes: Buffer, text: string | null, start: number): number {
  if (text === null) return putVarint(bytes, -1, start);
  const room = varintSize(text.length);
  return putLength(bytes, start, room, start + room + writeUtf8(bytes, text, start + room));
}

/** Maximum bytes of a text with its length. */
export const maxTextSize = (text: string | null): number => (text === null ? 1 : 5 + 3 * text.length);
/** Maximum bytes of a record besides its texts and headers. */
export const MAX_NUMBERS_SIZE = 12;

/** Bytes of an ASCII text with its length. */
const asciiSize = (text: string | null): number =>
  text === null ? 1 : varintSize(text.length) + text.length;

/** Writes a record with the batch's time. */
export function putRecord(
  bytes: Buffer,
  offsetDelta: number,
  key: string | null,
  value: string | null,
  headers: Buffer,
  start: number,
): number {
  const ascii = 2 + varintSize(offsetDelta) + asciiSize(key) + asciiSize(value) + headers.length;
  const room = varintSize(ascii);
  let at = start + room;
  bytes[at++] = 0;
  bytes[at++] = 0;
  at = putVarint(bytes, offsetDelta, at);
  at = putText(bytes, key, at);
  at = putText(bytes, value, at);
  for (let i = 0; i < headers.length; i++) bytes[at++] = headers[i]!;
  return putLength(bytes, start, room, at);
}
