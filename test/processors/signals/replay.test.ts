import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/util/time.ts';
import type { Signal } from '../../../src/market/signals/signal.ts';
import { signals } from '../../../src/processors/signals.ts';
import { type Driver, runLogic } from '../driver.ts';
import { newestRows } from './arrivals.ts';
import { at, bar, POSTS, post, rows, tick } from './feed.ts';

const DAY_SECONDS = 86_400;

interface Event {
  readonly kind: 'post' | 'tick' | 'bar';
  readonly second: number;
  readonly author: string;
  readonly value: number;
}

const event: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom('post', 'post', 'tick', 'bar'),
  second: fc.integer({ min: 0, max: 7000 }),
  author: fc.constantFrom('a', 'b', 'c'),
  value: fc.integer({ min: 1, max: 9 }),
});
/** Of prices each time has one, as the last of several is the one that came last. */
const events = fc.uniqueArray(event, {
  minLength: 1,
  maxLength: 40,
  selector: ({ kind, second }) => (kind === 'bar' ? `bar ${Math.floor(second / 60)}` : `${kind} ${second}`),
});

const bySecond = (a: Event, b: Event): number => a.second - b.second;

function give(driver: Pick<Driver, 'accept'>, { kind, second, author, value }: Event): void {
  if (kind === 'post')
    driver.accept(POSTS, post(second, { author_id: author, sentiment_score: (value - 5) / 10 }));
  else if (kind === 'tick') driver.accept('prices', tick(second, value));
  else driver.accept('bars-file', bar(Math.floor(second / 60), value, 1, { source: 'b' }));
}

/** The rows of a replay of [from, to), seconds after START. */
function replayed(
  given: readonly Event[],
  settings: object,
  from = -DAY_SECONDS,
  to = DAY_SECONDS,
): Signal[] {
  const again = { ...signals, build: (set: never) => signals.replay!.build(set, at(from), at(to)) };
  const driver = runLogic(again, settings);
  for (const one of given) give(driver, one);
  driver.finish('all');
  return rows(driver);
}

/** Without what a replay cannot know: how often a row was written, and whether more is to come. */
const plain = (all: readonly Signal[]) =>
  all.map(({ revision: _, final: __, ...row }) => JSON.stringify(row)).sort();

describe.each([
  ['tumbling windows', { window: [10 * MINUTE, 20 * MINUTE] }],
  ['sliding windows', { window: [6 * MINUTE], slide: 2 * MINUTE }],
])('a replay of %s', (_, settings) => {
  test('a replay gives the rows of an import at once, in whatever order the records were imported', () => {
    fc.assert(
      fc.property(
        events.chain((all) =>
          fc.tuple(fc.constant([...all].sort(bySecond)), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([sorted, shuffled]) => {
          const once = runLogic(signals, settings);
          for (const one of sorted) give(once, one);
          once.finish('all');
          expect(plain(replayed(shuffled, settings))).toEqual(plain(newestRows(rows(once))));
        },
      ),
      { numRuns: 100, seed: 16 },
    );
  });

  test('a replay of a part of the time gives the rows that lie within it', () => {
    fc.assert(
      fc.property(events, fc.nat({ max: 5 }), fc.nat({ max: 5 }), (all, first, count) => {
        const [from, to] = [first * 1200, (first + count) * 1200];
        const within = replayed(all, settings).filter(
          ({ window_start, window_end }) =>
            Date.parse(window_start) >= at(from) && Date.parse(window_end) <= at(to),
        );
        // A source's first record about a coin, and so the lag, may come after the span.
        expect(plain(replayed(all, settings, from, to))).toEqual(plain(within));
      }),
      { numRuns: 100, seed: 16 },
    );
  });
});

test('a window that no record has passed is not final in a replay', () => {
  const posts: Event[] = [10, 700].map((second) => ({ kind: 'post', second, author: 'a', value: 5 }));
  const all = replayed(posts, { window: [10 * MINUTE] });
  expect(all.map(({ window_start, final }) => [window_start.slice(11, 16), final])).toEqual([
    ['00:00', true],
    ['00:10', false],
  ]);
});
