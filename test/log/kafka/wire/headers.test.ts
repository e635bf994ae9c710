import { describe, expect, test } from 'vitest';
import { type Headers, NO_HEADERS } from '../../../../src/core/stream/record.ts';
import { headerBytes, readHeaders } from '../../../../src/log/kafka/wire/headers.ts';
import { RecordCursor } from '../../../../src/log/kafka/wire/record-cursor.ts';

const read = (bytes: Buffer): Headers => readHeaders(new RecordCursor(bytes), bytes.length);

describe('headers', () => {
  test('come back, whatever their names', () => {
    const headers = Object.fromEntries([
      ['schema', 'price/1'],
      ['', ''],
      ['🚀', 'é'],
      ['__proto__', 'x'],
    ]);
    expect(Object.entries(read(headerBytes(headers)))).toEqual(Object.entries(headers));
  });

  test('none are one byte, and one object', () => {
    expect(headerBytes(NO_HEADERS)).toEqual(Buffer.of(0));
    expect(headerBytes({})).toEqual(Buffer.of(0));
    expect(read(Buffer.of(0))).toBe(NO_HEADERS);
  });

  test('of one object are encoded once while few others come between', () => {
    const headers = { a: '1' };
    const bytes = headerBytes(headers);
    headerBytes({ b: '1' });
    headerBytes({ c: '1' });
    expect(headerBytes(headers)).toBe(bytes);
  });

  test('of equal bytes are one frozen object', () => {
    const headers = read(headerBytes({ source: 'sample' }));
    expect(read(headerBytes({ source: 'another' }))).toEqual({ source: 'another' });
    expect(read(headerBytes({ source: 'sample' }))).toBe(headers);
    expect(headers).toEqual({ source: 'sample' });
    expect(Object.isFrozen(headers)).toBe(true);
  });

  test('that repeat a name: the last one counts; without a value: empty', () => {
    const a = Buffer.from('a').toString('hex');
    const bytes = Buffer.from(`06 02${a} 0231 02${a} 0232 04${a}${a} 01`.replaceAll(' ', ''), 'hex');
    expect(read(bytes)).toEqual({ a: '2', aa: '' });
    const twice = Buffer.from('__proto__').toString('hex');
    expect(
      Object.entries(read(Buffer.from(`04 12${twice} 0231 12${twice} 0232`.replaceAll(' ', ''), 'hex'))),
    ).toEqual([['__proto__', '2']]);
  });

  test('in a number that cannot be are refused', () => {
    expect(() => read(Buffer.of(0xfe, 0xff, 0xff, 0x0f, 1))).toThrow(RangeError);
  });
});
