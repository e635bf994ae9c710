import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../src/core/stream/record.ts';
import { DATASETS } from '../../../src/market/catalog/datasets.ts';
import {
  canAppendPrice,
  postRecordTime,
  priceOfPost,
  readPostRecord,
} from '../../../src/market/posts/priced-post.ts';

const post = { id: '1', created_at: '2026-03-02T10:00:00.000Z', coin: 'btc', tag: 'btc', more: [1] };
const time = Date.parse(post.created_at);

describe('a processed post', () => {
  test('a processed post is read with its time, coin and tag, and its other fields', () => {
    expect(readPostRecord(post)).toEqual({ post, id: '1', time, coin: 'btc', tag: 'btc' });
    expect(readPostRecord({ ...post, coin: null }).coin).toBeNull();
    expect(postRecordTime(post)).toBe(time);
    for (const without of [null, 5, {}, { created_at: 5 }, { created_at: 'soon' }])
      expect(postRecordTime(without)).toBeNaN();
  });

  test('a post without id, time, tag or a usable coin is rejected, naming the field', () => {
    for (const [field, value] of [
      ['id', 7],
      ['id', ''],
      ['created_at', 'soon'],
      ['tag', undefined],
      ['coin', ''],
    ] as const)
      expect(() => readPostRecord({ ...post, [field]: value })).toThrow(new RegExp(`^${field}: `));
    for (const value of [null, [], 'text']) expect(() => readPostRecord(value)).toThrow(InvalidRecord);
  });
});

describe('a priced post', () => {
  const found = { price: 5, quote: 'usdt', source: 'kraken', time: time - 250 };

  test('a priced post has the price, its source and its age', () => {
    expect(priceOfPost(time, found)).toEqual({
      price: 5,
      price_quote: 'usdt',
      price_source: 'kraken',
      price_time: '2026-03-02T09:59:59.750Z',
      price_age_ms: 250,
      price_reason: null,
      revision: 1,
    });
  });

  test('a post without a price has the reason instead', () => {
    expect(priceOfPost(time, 'no price source')).toMatchObject({
      price: null,
      price_time: null,
      price_age_ms: null,
      price_reason: 'no price source',
    });
  });

  test('pricing a post adds only the columns of its dataset', () => {
    const own = (name: keyof typeof DATASETS) => DATASETS[name].columns.map((column) => column.name);
    const added = Object.keys(priceOfPost(time, found));
    expect(own('tweets-priced')).toEqual([...own('tweets-processed'), ...added]);
  });

  test('a price is appended to the text of a post, unless that has such a field already', () => {
    expect(canAppendPrice({ id: '1' }, '{"id":"1"}')).toBe(true);
    expect(canAppendPrice({ id: '1' }, '{"id":"1"} ')).toBe(false);
    expect(canAppendPrice({ price: 7 }, '{"price":7}')).toBe(false);
  });
});
