import { describe, expect, test } from 'vitest';
import { type Headers, NO_HEADERS } from '../../../../src/core/stream/record.ts';
import { headerBytes, readHeaders } from '../../../../src/log/kafka/wire/headers.ts';
import { RecordCursor } from '../../../../src/log/kafka/wire/record-cursor.ts';

const read = (bytes: Buffer): Headers => readHeaders(new RecordCursor(bytes), bytes.length);

describe('headers', () => {
  test('headers round-trip with any names', () => {
    const headers = Object.fromEntries([
      ['schema', 'price/1'],
      ['', ''],
      ['🚀', 'é'],
      ['__proto__', 'x'],
    ]);
    expect(Object.entries(read(headerBytes(headers)))).toEqual(Object.entries(headers));
  });

  test('empty headers are one byte and one shared object', () => {
    expect(headerBytes(NO_HEADERS)).toEqual(Buffer.of(0));
    expect(headerBytes({})).toEqual(Buffer.of(0));
    expect(read(Buffer.of(0))).toBe(NO_HEADERS);
  });

  test('recently used headers objects are encoded once', () => {
    const headers = { a: '1' };
    const bytes = headerBytes(headers);
    headerBytes({ b: '1' });
    headerBytes({ c: '1' });
    expect(headerBytes(headers)).toBe(bytes);
  });

  test('equal header bytes decode to one frozen object', () => {
    const headers = read(headerBytes({ source: 'sample' }));
    expect(read(headerBytes({ source: 'another' }))).toEqual({ source: 'another' });
    expect(read(headerBytes({ source: 'sample' }))).toBe(headers);
    expect(headers).toEqual({ source: 'sample' });
    expect(Object.isFrozen(headers)).toBe(true);
  });

  test('the last value of a repeated header wins and a null value is empty', () => {
    const a = Buffer.from('a').toString('hex');
    const bytes = Buffer.from(`06 02${a} 0231 02${a} 0232 04${a}${a} 01`.replaceAll(' ', ''), 'hex');
    expect(read(bytes)).toEqual({ a: '2', aa: '' });
    const twice = Buffer.from('__proto__').toString('hex');
    expect(
      Object.entries(read(Buffer.from(`04 12${twice} 0231 12${twice} 0232`.replaceAll(' ', ''), 'hex'))),
    ).toEqual([['__proto__', '2']]);
  });

  test('an impossible header count is rejected', () => {
    expect(() => read(Buffer.of(0xfe, 0xff, 0xff, 0x0f, 1))).toThrow(RangeError);
  });
});
