import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTweetTime, timeOfId, tweetTimeOf } from '../../../src/market/posts/post-time.ts';

describe('readTweetTime', () => {
  test.each([
    ['Wed Oct 10 20:19:24 +0000 2018', '2018-10-10T20:19:24.000Z'],
    ['Thu Jan 01 00:00:00 +0000 2015', '2015-01-01T00:00:00.000Z'],
    ['Wed Dec 31 23:59:59 +0000 2014', '2014-12-31T23:59:59.000Z'],
    ['Wed Oct 10 23:49:24 +0330 2018', '2018-10-10T20:19:24.000Z'],
    ['2026-03-02T10:15:22.000Z', '2026-03-02T10:15:22.000Z'],
    ['2025-06-01 10:00:00+00:00', '2025-06-01T10:00:00.000Z'],
    ['2025-06-01 10:00:00 UTC', '2025-06-01T10:00:00.000Z'],
    ['Sun, 01 Jun 2025 10:00:00 +0000', '2025-06-01T10:00:00.000Z'],
    ['Sun, 01 Jun 2025 10:00:00 GMT', '2025-06-01T10:00:00.000Z'],
    ['1748772000', '2025-06-01T10:00:00.000Z'],
    ['1748772000000', '2025-06-01T10:00:00.000Z'],
  ])('%s is %s', (text, expected) => expect(new Date(readTweetTime(text)).toISOString()).toBe(expected));

  test.each([
    'Wed Foo 10 20:19:24 +0000 2018',
    'Wed anF 10 20:19:24 +0000 2018',
    'Wed Oct 10 20:19:24 2018',
    'Wed Oct 10 25:19:24 +0000 2018',
    'soon',
    '',
  ])('%j is not a time', (text) => expect(readTweetTime(text)).toBeNaN());

  test('every month is read', () => {
    const names = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
    const times = names.map((name) => readTweetTime(`Mon ${name} 05 00:00:00 +0000 2026`));
    expect(times).toEqual(names.map((_, month) => Date.UTC(2026, month, 5)));
  });
});

test('an id since November 2010 contains its time to the millisecond', () => {
  expect(timeOfId('1050118621198921728')).toBe(Date.UTC(2018, 9, 10, 20, 19, 24, 211));
  expect(timeOfId('20')).toBeNaN();
});

test('the time in an id is exact for up to 19 digits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 29_700_859_247n, max: 9_999_999_999_999_999_999n }), (id) => {
      expect(timeOfId(String(id))).toBe(Number(id >> 22n) + 1_288_834_974_657);
    }),
  );
  expect(timeOfId('29700859246')).toBeNaN();
});

test('a given time takes precedence over the id; a broken one is not replaced', () => {
  expect(tweetTimeOf('2026-03-02T10:15:22.000Z', '1050118621198921728')).toBe(
    Date.UTC(2026, 2, 2, 10, 15, 22),
  );
  expect(tweetTimeOf(null, '1050118621198921728')).toBe(timeOfId('1050118621198921728'));
  expect(tweetTimeOf('soon', '1050118621198921728')).toBeNaN();
  expect(tweetTimeOf(undefined, 1050118621198921700)).toBeNaN();
});

test('a time may be an epoch in seconds or milliseconds; a number outside of these is no time', () => {
  expect(tweetTimeOf(1_748_772_000, '1')).toBe(Date.UTC(2025, 5, 1, 10));
  expect(tweetTimeOf(1_748_772_000_000, '1')).toBe(Date.UTC(2025, 5, 1, 10));
  for (const none of [5, -1, 1e300, Number.NaN]) expect(tweetTimeOf(none, '1')).toBeNaN();
});
