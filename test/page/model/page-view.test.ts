import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/util/time.ts';
import { candleKey } from '../../../src/market/prices/candle.ts';
import { PageStore } from '../../../src/page/browser/page-store.ts';
import { PageView } from '../../../src/page/model/page-view.ts';
import { candleValue, postValue, START } from '../records.ts';

const BTC = { coin: 'btc', quote: 'usdt', source: 'test', window: '10m' };
const candleTag = (offset: number) => ({ part: 'candles/0', offset });
const postTag = (offset: number) => ({ part: 'tweets-processed/0', offset });

function viewOf() {
  const view = new PageView();
  view.apply('candles', null, candleValue(0), candleTag(0));
  view.apply('candles', null, candleValue(10, { close: 105 }), candleTag(1));
  view.apply('tweets-processed', '1', postValue('1', 1, { score: 1 }), postTag(0));
  view.apply('tweets-processed', '2', postValue('2', 12, { score: 0 }), postTag(1));
  view.apply('tweets-processed', '3', postValue('3', 13, { score: 0.5 }), postTag(2));
  return view;
}

describe('the rows of a selection', () => {
  test('candles, posts by their windows, and the newest posts with the close before them', () => {
    const { candles, posts, newest } = viewOf().rows(BTC);
    expect(candles.map((row) => row[5])).toEqual([100, 105]);
    expect(
      posts.map(([start, , count, scored, mean]) => [(start - START) / MINUTE, count, scored, mean]),
    ).toEqual([
      [0, 1, 1, 1],
      [10, 2, 2, 0.25],
    ]);
    expect(newest.map(({ id, price, quote }) => [id, price, quote])).toEqual([
      ['3', 100, 'usdt'],
      ['2', 100, 'usdt'],
      ['1', null, ''],
    ]);
  });

  test('a gap is that of its source and start; the newest market cap of a quote has the part of the coin', () => {
    const view = viewOf();
    const gap = { source: 'x', from: '2026-03-02T10:00:00Z', to: '2026-03-02T10:05:00Z', reason: 'silence' };
    view.apply('gaps', 'k', gap, { part: 'gaps/0', offset: 0 });
    view.apply('gaps', 'k', { ...gap, backfilled: true }, { part: 'gaps/0', offset: 1 });
    const cap = (time: string, total: number) => ({
      time,
      quote: 'usdt',
      total_market_cap: total,
      final: true,
      dominance: { btc: 0.6 },
    });
    for (const [offset, value] of [cap('2026-03-02T10:01:00Z', 7), cap('2026-03-02T10:00:00Z', 5)].entries())
      view.apply('market-cap', 'k', value, { part: 'market-cap/0', offset });
    const { gaps, caps } = view.rows(BTC);
    expect(gaps).toEqual([
      { source: 'x', from: START, to: START + 5 * MINUTE, reason: 'silence', backfilled: true },
    ]);
    expect(caps).toEqual([{ quote: 'usdt', time: START + MINUTE, total: 7, final: true, dominance: 0.6 }]);
  });

  test('values of any shape do no harm', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom('id', 'coin', 'dominance', 'text', 'source'),
        fc.jsonValue(),
        (any, name, value) => {
          const view = viewOf();
          for (const feed of ['candles', 'tweets-processed', 'gaps', 'market-cap'] as const)
            for (const good of [candleValue(0), postValue('9', 0), {}])
              view.apply(feed, 'k', { ...good, ...any, [name]: value }, { part: `${feed}/0`, offset: 9 });
          JSON.stringify([view.rows(BTC), view.coins()]);
        },
      ),
    );
  });
});

describe('what is selected', () => {
  test('an empty view selects nothing', () => {
    expect(new PageView().select({})).toEqual({ coin: '', quote: '', source: '', window: '10m' });
  });

  test('without a wish the coin with prices and the most posts is selected, in usdt, at ten minutes', () => {
    const view = viewOf();
    view.apply('candles', null, candleValue(0, { quote: 'eur' }), candleTag(2));
    view.apply('candles', null, candleValue(0, { quote: 'eur', window: '1m' }), candleTag(3));
    view.apply('candles', null, candleValue(0, { window: '1h' }), candleTag(4));
    for (let i = 0; i < 9; i++)
      view.apply('tweets-processed', `x${i}`, postValue(`x${i}`, 1, { coin: 'doge' }), postTag(3 + i));
    expect(view.select({})).toEqual(BTC);
    expect(view.select({ window: '1h' })).toEqual({ ...BTC, window: '1h' });
    expect(view.select({ coin: 'doge', quote: 'usdt' })).toEqual({
      coin: 'doge',
      quote: '',
      source: '',
      window: '10m',
    });
  });
});

describe('a page that continues after any position', () => {
  type Step = { readonly kind: 'candle' | 'post' | 'deletion'; readonly at: number; readonly value: number };
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('candle', 'post', 'deletion'),
    at: fc.nat({ max: 12 }),
    value: fc.nat({ max: 100 }),
  });

  const steps = (view: PageView, all: readonly Step[], from: number) => {
    for (const [i, { kind, at, value }] of all.entries()) {
      const offset = from + i;
      const id = String(at % 5);
      if (kind === 'candle') {
        const candle = candleValue(at * 10, { close: value });
        view.apply('candles', candleKey(candle as never), candle, candleTag(offset));
      } else if (kind === 'post')
        view.apply(
          'tweets-processed',
          id,
          postValue(id, at * 10 + 1, { score: value / 100 }),
          postTag(offset),
        );
      else view.apply('tweets-processed', id, null, postTag(offset));
    }
  };
  const shown = (store: PageStore) => ({
    windows: store
      .windows()
      .map(({ start, candle, posts }) => [start, candle, posts?.slice(0, 4), posts?.[6]]),
    newest: store.newest.map(({ id, time, score }) => [id, time, score]).sort(),
    hashtags: store.hashtags,
  });

  test('a page after any number of changes shows what a freshly loaded page shows', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(step, { maxLength: 40 }), (before, after) => {
        const view = new PageView();
        steps(view, before, 0);
        const start = { bus: '', coins: [], position: '', selection: BTC };
        const store = new PageStore();
        store.load({ ...start, ...view.rows(BTC) });
        steps(view, after, before.length);
        const position = new Map(['candles/0', 'tweets-processed/0'].map((part) => [part, before.length]));
        store.apply(view.rows(BTC, position));
        store.apply(view.rows(BTC, position));
        const fresh = new PageStore();
        fresh.load({ ...start, ...view.rows(BTC) });
        expect(shown(store)).toEqual(shown(fresh));
      }),
    );
  });
});
