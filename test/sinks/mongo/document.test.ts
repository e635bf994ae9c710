import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { InvalidRecord, type StoredRecord } from '../../../src/core/stream/record.ts';
import { datasetOf } from '../../../src/market/catalog/dataset-of.ts';
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
const read = (topic: string, one: StoredRecord, identity?: string) =>
  documentReader(datasetOf(topic), topic, identity, BSON)(one, 3);

describe('a document', () => {
  test('a document has the key as _id, times as dates, whole numbers as int or long, others as double; the rest passes', () => {
    const value = {
      price: 100,
      market_cap: 3e9,
      skew_ms: -5,
      time: '2026-03-02T10:00:00.000Z',
      _rev: 1,
      _place: 'x',
      _offset: 1,
      _id: 2,
      more: { a: [] },
    };
    const { doc } = read('prices', record(value));
    expect(doc).toEqual({
      _id: 'k',
      _rev: '2026-03-02T10:00:00.000Z#000000000042',
      _place: 'prices/3',
      _offset: 42,
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
  test('a candle is ranked by its revision, any other document by append time, then offset', () => {
    expect(read('candles', record({ revision: 7 })).rev.rank).toBe(7);
    const revs = [
      record({}, { offset: 9 }),
      record({}, { offset: 10 }),
      record({}, { timestamp: TIME + 1, offset: 0 }),
    ];
    const found = revs.map((one) => read('prices', one).rev.rank);
    expect([...found].sort()).toEqual(found);
  });
  test('a document stores the name and the identity of its topic', () => {
    expect(read('prices', record({}), 'abc').doc).toMatchObject({ _place: 'prices@abc/3', _offset: 42 });
  });
  test("a document without a key uses a post's id, or else its position", () => {
    expect(read('tweets-processed', record({ id: '1' }, { key: null })).id).toBe('1');
    expect(read('prices', record({}, { key: null })).id).toBe(
      'prices/3/2026-03-02T10:00:00.000Z#000000000042',
    );
    expect(read('rejects', record({})).id).toMatch(/^rejects\/3\//);
  });
  test('a document keeps the digits of a whole number past 2^53 in a field that passes through, at any depth', () => {
    const text =
      '{"base":"btc","order_id":1790000000000000001,"legs":[{"id":-9223372036854775808}],"n":9007199254740991}';
    const { doc } = read('prices-file', record(text));
    const stored = BSON.deserialize(BSON.serialize(doc), { useBigInt64: true });
    expect(stored).toMatchObject({
      order_id: 1790000000000000001n,
      legs: [{ id: -9223372036854775808n }],
      n: 9007199254740991,
    });
    expect(BSON.calculateObjectSize(doc)).toBe(BSON.serialize(doc).length);
  });
  test.each([
    ['{"supply":12345678901234567890}', 'supply: 12345678901234567890 does not fit in 64 bits'],
    ['{"a":[{"b":-9223372036854775809}]}', 'a: -9223372036854775809 does not fit in 64 bits'],
    ['{"followers_count":9007199254740993}', 'followers_count: 9007199254740993 is no whole number'],
  ])('a number that MongoDB would round is refused with its digits: %s', (value, reason) => {
    expect(() => read('tweets-processed', record(value))).toThrow(InvalidRecord);
    expect(() => read('tweets-processed', record(value))).toThrow(reason);
  });
  test('a document keeps a whole number past 2^53 in a column of doubles as the nearest double', () => {
    expect(read('prices', record('{"price":12345678901234567890}')).doc.price).toBe(1.2345678901234567e19);
  });
  test('a document nested deeper than MongoDB allows is refused, and a text with brackets is accepted', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth)}1${']'.repeat(depth)}}`;
    for (const depth of [64, 100, 5000, 100_000])
      expect(() => read('rejects', record(nested(depth)))).toThrow(InvalidRecord);
    expect(read('rejects', record(JSON.stringify({ value: nested(5000) }))).doc.value).toBe(nested(5000));
  });
  test('a field named __proto__ is a field', () => {
    expect(Object.keys(read('prices', record('{"__proto__":1}')).doc)).toContain('__proto__');
  });
  test.each([
    ['{"time":"never"}', 'is no time'],
    ['{"price":"1"}', 'is no number'],
    ['[]', 'not a JSON object'],
    [JSON.stringify({ x: Array(1_400_000).fill(0) }), 'larger than 16 MB'],
  ])('a document is refused where %.20s', (value, reason) => {
    expect(() => read('prices', record(value))).toThrow(InvalidRecord);
    expect(() => read('prices', record(value))).toThrow(reason);
  });
});
