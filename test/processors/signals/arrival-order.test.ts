import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/util/time.ts';
import { at, bar, live, POSTS, post, rows, tick } from './feed.ts';

describe('signals by the time of arrival', () => {
  test('a post that arrives after available_at changes no row, whatever arrived late before it', () => {
    const driver = live({ lateness: 30_000, window: [10 * MINUTE, 20 * MINUTE] });
    const arrive = (second: number, topic: string, value: object) => {
      driver.advance(at(second));
      driver.accept(topic, value);
      driver.stored();
    };
    arrive(3687, POSTS, post(3687, { source: 'x' }));
    arrive(3830, 'prices', tick(3830, 1, { source: 'wallex' }));
    arrive(3862, 'prices', tick(3599, 1, { source: 'wallex' }));
    for (const second of [3875, 3929, 4128]) arrive(second, POSTS, post(second, { source: 'x' }));
    arrive(4261, POSTS, post(4199, { source: 'x' }));
    expect(rows(driver).map(({ posts, revision, available_at }) => [posts, revision, available_at])).toEqual([
      [4, 1, '2026-03-02T01:11:00.000Z'],
      [5, 2, '2026-03-02T01:11:01.000Z'],
    ]);
  });

  test('a price of a source whose first record was history is known when it has arrived', () => {
    const driver = live({ lateness: 30_000 });
    const arrive = (second: number, topic: string, value: object) => {
      driver.advance(at(second));
      driver.accept(topic, value);
    };
    arrive(3640, POSTS, post(3640, { source: 'x' }));
    arrive(3793, 'prices', tick(3599, 1, { source: 'coinmarketcap' }));
    for (const second of [4270, 4451, 4624, 4690]) arrive(second, POSTS, post(second, { source: 'x' }));
    arrive(4860, 'prices', tick(4199, 1, { source: 'coinmarketcap' }));
    driver.finish('all');
    const first = rows(driver).filter(({ window_start }) => window_start.includes('T01:00'));
    expect(first.at(-1)).toMatchObject({
      price_source: 'coinmarketcap',
      available_at: '2026-03-02T01:21:00.000Z',
    });
  });

  test('the first price of a slow source changes no row that was available before it', () => {
    const driver = live({ lateness: 30_000, window: [2 * MINUTE] });
    driver.advance(at(3649));
    driver.accept(POSTS, post(3649, { source: 'x' }));
    driver.advance(at(3700));
    driver.advance(at(3781));
    driver.accept('prices', tick(3749, 1, { source: 'coinmarketcap' }));
    driver.finish('all');
    expect(rows(driver)[0]).toMatchObject({ posts: 1, available_at: '2026-03-02T01:03:00.000Z' });
  });

  test('a bar that ends with its window counts for available_at, so that no later price changes the row', () => {
    const driver = live({ lateness: 30_000, sourceLag: { kline: 65_000 } });
    const arrive = (second: number, topic: string, value: object) => {
      driver.advance(at(second));
      driver.accept(topic, value);
    };
    arrive(4095, POSTS, post(4095, { source: 'x' }));
    arrive(4200, 'bars-file', bar(69, 1, 1, { source: 'kline' }));
    arrive(4261, POSTS, post(4261, { source: 'x' }));
    arrive(4296, 'prices', tick(4199, 1, { source: 'coinmarketcap' }));
    driver.finish('all');
    expect(rows(driver)[0]).toMatchObject({
      price_source: 'kline',
      revision: 1,
      available_at: '2026-03-02T01:11:35.000Z',
    });
  });

  test.each([false, true])(
    'a late post writes the first window of a coin again, after late history had opened it again (restart: %s)',
    (isRestarted) => {
      const sourceLag = { kline: 65_000 };
      const driver = live({ lateness: 30_000, window: [6 * MINUTE], slide: 2 * MINUTE, sourceLag });
      const give = (topic: string, value: object) => {
        driver.accept(topic, value);
        driver.stored();
      };
      const kline = { source: 'kline' };
      for (const minute of [59, 60, 56]) give('bars-file', bar(minute, 1, 1, kline));
      give(POSTS, post(3660, { source: 'x' }));
      if (isRestarted) driver.restart();
      for (const author_id of ['a', 'b']) give(POSTS, post(3599, { source: 'x', author_id }));
      expect(driver.late).toEqual([]);
      expect(rows(driver).map(({ posts, revision }) => [posts, revision])).toEqual([
        [1, 1],
        [2, 2],
      ]);
    },
  );

  const steps = { lateness: 0, window: [4 * MINUTE], slide: MINUTE };

  test('a post that waited for windows to close writes none of them again with --retain 0', () => {
    const driver = live({ ...steps, retain: 0 });
    for (const [arrived, second] of [
      [3600, 3600],
      [3660, 3660],
      [3660, 3599],
      [3720, 3720],
    ] as const) {
      driver.advance(at(arrived));
      driver.accept(POSTS, post(second, { source: 'x' }));
    }
    driver.finish('all');
    expect(rows(driver).map(({ window_end, revision }) => [window_end.slice(11, 16), revision])).toEqual([
      ['01:01', 1],
      ['01:00', 1],
      ['01:02', 1],
      ['01:03', 1],
    ]);
  });

  test('the row of a step that a late bar alone opens is available when the bar had arrived', () => {
    const driver = live({ ...steps, sourceLag: { kline: 65_000 } });
    driver.advance(at(3600));
    driver.accept(POSTS, post(3599, { source: 'x' }));
    driver.advance(at(3691));
    driver.accept('bars-file', bar(60, 1, 1, { source: 'kline' }));
    driver.finish('all');
    const last = rows(driver).filter(({ window_end }) => window_end.includes('T01:01'));
    expect(last.map(({ revision, available_at }) => [revision, available_at])).toEqual([
      [1, '2026-03-02T01:02:05.000Z'],
      [2, '2026-03-02T01:02:05.000Z'],
    ]);
  });

  test('a window that the first price of a source is late for takes none of its next prices before it closes', () => {
    const driver = live({ lateness: 0, window: [2 * MINUTE] });
    const arrive = (second: number, topic: string, value: object) => {
      driver.advance(at(second));
      driver.accept(topic, value);
      driver.stored();
    };
    arrive(3617, POSTS, post(3617, { source: 'x' }));
    arrive(3720, POSTS, post(3720, { source: 'x' }));
    for (const [second, price] of [
      [3720, 1],
      [3751, 2],
    ] as const)
      arrive(second, 'prices', tick(3719, price, { source: 'coinmarketcap' }));
    driver.finish('all');
    const first = rows(driver).filter(({ window_end }) => window_end.includes('T01:02'));
    expect(first[0]).toMatchObject({ price_source: null, available_at: '2026-03-02T01:02:30.000Z' });
    expect(first.at(-1)).toMatchObject({ price_source: 'coinmarketcap', revision: 3 });
  });

  test('a window before the first price of a source takes none of its next prices before it closes', () => {
    const driver = live({ lateness: 5 * MINUTE, window: [MINUTE] });
    const arrive = (second: number, topic: string, value: object) => {
      driver.advance(at(second));
      driver.accept(topic, value);
    };
    for (const second of [3600, 3660]) arrive(second, POSTS, post(second, { source: 'x' }));
    arrive(3809, 'prices', tick(3809, 1, { source: 'coinmarketcap' }));
    arrive(3991, 'prices', tick(3659, 1, { source: 'coinmarketcap' }));
    driver.finish('all');
    expect(rows(driver)[0]).toMatchObject({
      price_source: null,
      revision: 1,
      available_at: '2026-03-02T01:06:30.000Z',
    });
  });

  test('the end of a run adds a post that waits for later windows to its own window, before that closes', () => {
    const driver = live({ lateness: 0, window: [6 * MINUTE], slide: 2 * MINUTE, retain: 0 });
    for (const [arrived, second] of [
      [3644, 3644],
      [3750, 3599],
    ] as const) {
      driver.advance(at(arrived));
      driver.accept(POSTS, post(second, { source: 'x' }));
      driver.stored();
    }
    driver.finish('all');
    expect(driver.drops).toEqual([]);
    expect(rows(driver).map(({ window_end, posts }) => [window_end.slice(11, 16), posts])).toEqual([
      ['01:02', 1],
      ['01:00', 1],
    ]);
  });
});
