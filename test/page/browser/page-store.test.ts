import { describe, expect, test } from 'vitest';
import { PageStore } from '../../../src/page/browser/page-store.ts';
import type { CandleRow, Changes, PostRow, PostsRow } from '../../../src/page/model/wire.ts';

const NONE: Changes = { candles: [], posts: [], newest: [], deleted: [], gaps: [], caps: [], hashtags: [] };
const candle = (start: number, close = 1): CandleRow => [start, start + 10, 1, 2, 0, close, null, true];
const posts = (start: number): PostsRow => [start, start + 10, 3, 3, 0.5, 0.1, 0];
const post = (id: string, time: number): PostRow => ({
  id,
  time,
  author: 'ada',
  text: '',
  score: null,
  source: '',
  price: null,
  quote: '',
});

describe('what the page shows', () => {
  test('windows without anything stand between the others, so that the axis is one of time', () => {
    const store = new PageStore();
    store.apply({ ...NONE, candles: [candle(0), candle(30)], posts: [posts(0), posts(40)] });
    expect(
      store.windows().map((row) => [row.start, row.candle !== undefined, row.posts !== undefined]),
    ).toEqual([
      [0, true, true],
      [10, false, false],
      [20, false, false],
      [30, true, false],
      [40, false, true],
    ]);
  });

  test('a pause of thousands of windows is left out', () => {
    const store = new PageStore();
    store.apply({ ...NONE, candles: [candle(0), candle(10 * 6_000)] });
    expect(store.windows().map(({ start }) => start)).toEqual([0, 60_000]);
  });

  test('changes name the first window that they change', () => {
    const store = new PageStore();
    expect(store.apply({ ...NONE, candles: [candle(20), candle(10)], posts: [posts(30)] })).toBe(10);
    expect(store.apply(NONE)).toBe(Number.POSITIVE_INFINITY);
  });

  test('the newest 100 posts are listed by time, each once, without deleted ones', () => {
    const store = new PageStore();
    const many = Array.from({ length: 120 }, (_, i) => post(String(i), i));
    store.apply({ ...NONE, newest: many });
    store.apply({ ...NONE, newest: [post('119', 119)], deleted: ['118'] });
    expect(store.newest.slice(0, 3).map(({ id }) => id)).toEqual(['119', '117', '116']);
    expect(store.newest).toHaveLength(99);
  });

  test("a new history replaces everything in the page's store", () => {
    const store = new PageStore();
    store.apply({ ...NONE, candles: [candle(0)], newest: [post('1', 1)] });
    const selection = { coin: 'eth', quote: '', source: '', window: '1h' };
    store.load({ ...NONE, bus: '', coins: [], position: '', selection });
    expect([store.windows(), store.newest, store.selection]).toEqual([[], [], selection]);
  });
});
