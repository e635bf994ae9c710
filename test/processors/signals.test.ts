import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../src/core/stream/record.ts';
import { HOUR, MINUTE } from '../../src/core/util/time.ts';
import { DATASETS } from '../../src/market/catalog/datasets.ts';
import { at, bar, live, POSTS, post, rows, tick } from './signals/feed.ts';

describe('signals', () => {
  test('a row has exactly the columns of its dataset, its key and its partition', () => {
    const driver = live();
    driver.accept(POSTS, post(1, { hashtags: ['Bitcoin', 'dip'], bot_marks: ['airdrop'] }));
    driver.accept(
      POSTS,
      post(2, { sentiment_score: -0.1, followers_count: 0, author_id: 'b', hashtags: ['dip'] }),
    );
    driver.accept('prices', tick(3, 100));
    driver.accept('prices', tick(303, 110));
    driver.finish('all');
    expect(driver.outputs.map(({ key, partitionKey }) => [key, partitionKey])).toEqual([
      ['btc|10m|2026-03-02T00:00:00.000Z', 'btc'],
    ]);
    const [row] = rows(driver);
    expect(Object.keys(row!)).toEqual(DATASETS.signals.columns.map(({ name }) => name));
    expect(row).toMatchObject({
      coin: 'btc',
      window: '10m',
      window_start: '2026-03-02T00:00:00.000Z',
      window_end: '2026-03-02T00:10:00.000Z',
      slide: null,
      available_at: '2026-03-02T00:10:00.000Z',
      posts: 2,
      posts_clean: 1,
      authors: 2,
      new_authors: 2,
      sentiment_n: 2,
      sentiment_mean: 0.2,
      sentiment_mean_clean: -0.1,
      sentiment_weighted: 0.5,
      bullishness: 0,
      agreement: 0,
      price_quote: 'usdt',
      price_source: 'file',
      top_hashtags: { dip: 2, bitcoin: 1 },
      airdrop_posts: 1,
      bot_posts: 0,
      revision: 1,
      final: true,
    });
    expect(row!.sentiment_se).toBeCloseTo(0.3, 12);
    expect(row!.log_return).toBeCloseTo(Math.log(1.1), 12);
    expect(row!.price_range).toBeCloseTo(Math.log(1.1), 12);
  });

  test.each([
    [599_999, [1, 1]],
    [600_000, [1, 1]],
    [600_001, [1, 1]],
    [1_199_999, [1, 1]],
  ])('a post at %i ms, on the edge of windows, is in one of them', (ms, _) => {
    const driver = live();
    driver.accept(POSTS, post(0));
    driver.accept(POSTS, post(ms / 1000));
    driver.finish('all');
    const counts = rows(driver).map(({ window_start, posts }) => [window_start, posts]);
    expect(counts).toEqual(
      ms < 600_000
        ? [['2026-03-02T00:00:00.000Z', 2]]
        : [
            ['2026-03-02T00:00:00.000Z', 1],
            ['2026-03-02T00:10:00.000Z', 1],
          ],
    );
  });

  test('a window closes when the posts and the prices of its coin have both passed its end', () => {
    const driver = live();
    driver.accept(POSTS, post(10));
    driver.accept('prices', tick(20, 100));
    driver.accept('prices', tick(700, 100));
    expect(rows(driver)).toEqual([]);
    driver.accept(POSTS, post(599.999));
    expect(rows(driver)).toEqual([]);
    driver.accept(POSTS, post(600));
    expect(rows(driver)).toMatchObject([{ posts: 2, price_source: 'file' }]);
  });

  test('nothing closes while there is a backlog, whose posts several tasks have written', () => {
    const driver = live();
    driver.advance(0, false);
    for (const second of [10, 900, 1900]) driver.accept(POSTS, post(second));
    for (const second of [20, 910, 1910]) driver.accept(POSTS, post(second));
    for (const second of [30, 920, 1920]) driver.accept('prices', tick(second, 100));
    expect(rows(driver)).toEqual([]);
    driver.advance(at(2000), true);
    driver.finish('all');
    expect(rows(driver).filter(({ revision }) => revision === 1)).toHaveLength(3);
    expect(driver.late).toEqual([]);
  });

  test('a window with prices and no posts has a row from the first post of the coin on', () => {
    const driver = live();
    for (const second of [10, 610, 1210]) driver.accept('prices', tick(second, 100));
    driver.accept(POSTS, post(700));
    driver.accept(POSTS, post(1900));
    driver.accept('prices', tick(1900, 100));
    driver.finish('all');
    expect(rows(driver).map(({ window_start, posts }) => [window_start.slice(11, 16), posts])).toEqual([
      ['00:10', 1],
      ['00:20', 0],
      ['00:30', 1],
    ]);
  });

  test('available_at is the end of the window, the lateness and the largest lag of the sources', () => {
    const driver = live({ lateness: 30_000 });
    driver.accept(POSTS, post(10, { source: 'x' }));
    driver.accept('prices', tick(20, 100, { source: 'coinmarketcap' }));
    driver.finish('all');
    expect(rows(driver)).toMatchObject([{ available_at: '2026-03-02T00:16:30.000Z' }]);
  });

  test('a late post writes its window again, available when the post had arrived', () => {
    const driver = live({ lateness: 30_000 });
    for (const second of [10, 700, 1300]) driver.accept(POSTS, post(second, { source: 'x' }));
    driver.accept('prices', tick(1300, 1));
    driver.advance(at(1300));
    driver.advance(at(1300) + MINUTE);
    driver.accept(POSTS, post(720, { source: 'x' }));
    expect(rows(driver).map(({ posts, revision, available_at }) => [posts, revision, available_at])).toEqual([
      [1, 1, '2026-03-02T00:11:00.000Z'],
      [1, 1, '2026-03-02T00:21:00.000Z'],
      [2, 2, '2026-03-02T00:22:40.000Z'],
    ]);
  });

  test.each([
    ['topic', 1, 0],
    ['drop', 0, 1],
  ] as const)('with --late %s a late post changes no row', (late, count, dropped) => {
    const driver = live({ late });
    for (const second of [10, 700]) driver.accept(POSTS, post(second));
    driver.advance(at(700));
    driver.advance(at(700) + MINUTE);
    driver.accept(POSTS, post(710));
    const before = rows(driver).length;
    driver.accept(POSTS, post(20));
    expect([rows(driver).length, driver.late.length, driver.drops.length]).toEqual([before, count, dropped]);
  });

  test('bars make the market columns; ticks do where there are none', () => {
    const driver = live();
    driver.accept(POSTS, post(10));
    for (const [minute, close] of [100, 110, 99, 99].entries())
      driver.accept('bars-file', bar(minute, close));
    driver.accept('prices', tick(20, 500));
    driver.accept('bars-file', bar(3, 99));
    driver.accept('bars-file', bar(0, 100, 60));
    driver.finish('all');
    expect(driver.drops).toEqual(['repeat', 'bar is longer than each window, or crosses its edge']);
    const [row] = rows(driver);
    expect(row).toMatchObject({ volume: 8, trades: 12 });
    expect(row!.log_return).toBeCloseTo(Math.log(0.99), 12);
    expect(row!.realised_volatility).toBeCloseTo(Math.hypot(Math.log(1.1), Math.log(0.9)), 12);
  });

  test('bars that a live exchange sends of the time before the first post are not late', () => {
    const driver = live();
    driver.accept(POSTS, post(125 * 60, { source: 'bluesky' }));
    for (let minute = 0; minute < 150; minute++)
      driver.accept('bars-binance', bar(minute, 100 + minute, 1, { source: 'binance' }));
    driver.finish('all');
    expect(driver.late).toEqual([]);
    expect(rows(driver)[0]).toMatchObject({ posts: 1, price_source: 'binance' });
    expect(rows(driver)[0]!.log_return).toBeCloseTo(Math.log(229 / 219), 2);
  });

  test('attention is compared with earlier windows of the same hour of the week', () => {
    const driver = live({ window: [HOUR] });
    const week = 7 * 24 * 3600;
    const counts = [1, 3, 1, 3, 7];
    counts.forEach((count, i) => {
      for (let n = 0; n < count; n++) driver.accept(POSTS, post(i * week + n, { author_id: `a${n}` }));
      driver.accept(POSTS, post(i * week + 5 * 3600));
    });
    driver.finish('all');
    const first = rows(driver).filter(({ window_start }) => window_start.includes('T00:00'));
    const [mean, deviation] = [(Math.log(2) + Math.log(4)) / 2, (Math.log(4) - Math.log(2)) / 2];
    expect(first.map(({ attention_z }) => attention_z)).toEqual([
      null,
      null,
      null,
      null,
      expect.closeTo((Math.log(8) - mean) / deviation, 9),
    ]);
  });

  test('a post about no coin and a deletion are dropped by reason, and an invalid record is rejected', () => {
    const driver = live();
    driver.accept(POSTS, post(1, { coin: null }));
    driver.accept(POSTS, null);
    expect(driver.drops).toEqual(['post about no coin', 'deletion of a post, which stays counted']);
    expect(() => driver.accept(POSTS, post(1, { created_at: 'soon' }))).toThrow(InvalidRecord);
    expect(() => driver.accept(POSTS, post(1, { sentiment_score: 2 }))).toThrow(InvalidRecord);
    expect(() => driver.accept('prices', tick(1, -1))).toThrow(InvalidRecord);
  });

  test('a sliding window is written at each step that has records', () => {
    const driver = live({ window: [3 * MINUTE], slide: MINUTE });
    for (const second of [10, 70, 130, 190]) driver.accept(POSTS, post(second));
    driver.accept('bars-file', bar(0, 100, 3));
    driver.finish('all');
    expect(
      rows(driver).map(({ window_end, posts, slide, volume }) => [
        window_end.slice(14, 16),
        posts,
        slide,
        volume,
      ]),
    ).toEqual([
      ['01', 1, '1m', null],
      ['02', 2, '1m', null],
      ['03', 3, '1m', 2],
      ['04', 3, '1m', null],
    ]);
  });
});

test('posts_seen is what the sources of the posts saw, and null unless they counted the whole window', () => {
  const driver = live();
  const seen = (from: number, to: number, posts_seen: number) => ({
    source: 'bluesky',
    from: new Date(at(from)).toISOString(),
    to: new Date(at(to)).toISOString(),
    posts_seen,
  });
  for (const second of [10, 610, 1210]) driver.accept(POSTS, post(second, { source: 'bluesky' }));
  for (let minute = 0; minute < 19; minute++)
    driver.accept('posts-seen', seen(60 * minute, 60 * minute + 60, 100));
  driver.accept('posts-seen', seen(0, 60, 100));
  expect(() => driver.accept('posts-seen', seen(0, 60, -1))).toThrow(InvalidRecord);
  driver.finish('all');
  expect(rows(driver).map(({ posts_seen }) => posts_seen)).toEqual([1000, null, null]);
  expect(driver.drops).toEqual(['repeat']);
});
