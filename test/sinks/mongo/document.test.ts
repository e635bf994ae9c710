import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { type StoredRecord, Unreadable } from '../../../src/core/record.ts';
import { datasetOf } from '../../../src/market/dataset-of.ts';
import { documentReader } from '../../../src/sinks/mongo/document.ts';

const TIME = Date.UTC(2026, 2, 2, 10);
const record = (value: object | string, more: Partial<StoredRecord> = {}): StoredRecord => ({
  offset: 42,
  timestamp: TIME,
  key: 'k',
  value: typeof value === 'string' ? value : JSON.stringify(value),
  headers: {},
  ...more,
});
const read = (topic: string, one: StoredRecord) => documentReader(datasetOf(topic), topic, BSON)(one, 3);

describe('a document', () => {
  test('has the key as _id, times as dates, whole numbers as int or long, others as double; the rest passes', () => {
    const value = {
      price: 100,
      market_cap: 3e9,
      skew_ms: -5,
      time: '2026-03-02T10:00:00.000Z',
      _rev: 1,
      _id: 2,
      more: { a: [] },
    };
    const { doc } = read('prices', record(value));
    expect(doc).toEqual({
      _id: 'k',
      _rev: '2026-03-02T10:00:00.000Z#000000000042',
      price: new BSON.Double(100),
      market_cap: 3e9,
      skew_ms: -5,
      time: new Date(TIME),
      more: { a: [] },
    });
    const large = read('tweets-processed', record({ followers_count: 2 ** 40, lang: null })).doc;
    expect(large.followers_count).toEqual(BSON.Long.fromNumber(2 ** 40));
    expect(large.lang).toBeNull();
  });
  test('of a candle is ordered by its revision, others by append time, then offset', () => {
    expect(read('candles', record({ revision: 7 })).rev).toBe(7);
    const revs = [
      record({}, { offset: 9 }),
      record({}, { offset: 10 }),
      record({}, { timestamp: TIME + 1, offset: 0 }),
    ];
    const found = revs.map((one) => read('prices', one).rev);
    expect([...found].sort()).toEqual(found);
  });
  test('of a post without a key has its id, of others without one its place', () => {
    expect(read('tweets-processed', record({ id: '1' }, { key: null })).id).toBe('1');
    expect(read('prices', record({}, { key: null })).id).toBe(
      'prices/3/2026-03-02T10:00:00.000Z#000000000042',
    );
    expect(read('rejects', record({})).id).toMatch(/^rejects\/3\//);
  });
  test('a field named __proto__ is a field', () => {
    expect(Object.keys(read('prices', record('{"__proto__":1}')).doc)).toContain('__proto__');
  });
  test.each([
    ['{"time":"never"}', 'is no time'],
    ['{"price":"1"}', 'is no number'],
    ['[]', 'not a JSON object'],
    [JSON.stringify({ x: Array(1_400_000).fill(0) }), 'larger than 16 MB'],
  ])('is refused where %.20s', (value, reason) => {
    expect(() => read('prices', record(value))).toThrow(Unreadable);
    expect(() => read('prices', record(value))).toThrow(reason);
  });
});
