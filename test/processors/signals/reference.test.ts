import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/util/time.ts';
import { live, POSTS, post, rows, START, tick } from './feed.ts';

const WINDOW = 10 * MINUTE;

interface Event {
  readonly kind: 'post' | 'tick';
  readonly step: number;
  readonly author: string;
  readonly score: number;
  readonly tag: string;
  readonly price: number;
  readonly followers: number;
  readonly isSuspicious: boolean;
}

const event: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom('post', 'tick'),
  step: fc.integer({ min: 60, max: 400 }),
  author: fc.constantFrom('a', 'b', 'c', 'd'),
  score: fc.integer({ min: -10, max: 10 }).map((tenths) => tenths / 10),
  tag: fc.constantFrom('dip', 'moon', 'btc'),
  price: fc.integer({ min: 90, max: 110 }),
  followers: fc.nat({ max: 10_000 }),
  isSuspicious: fc.boolean(),
});

type Timed = Event & { readonly second: number };
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const close = (value: number) => expect.closeTo(value, 9);

/** The rows by their definition, from all records at once. */
function byDefinition(events: readonly Timed[]): object[] {
  const startOf = ({ second }: Timed) => Math.floor((second * 1000) / WINDOW) * WINDOW;
  const first = events.find(({ kind }) => kind === 'post');
  const starts = [...new Set(events.map(startOf))].filter(
    (start) => first !== undefined && start >= startOf(first),
  );
  const known = new Set<string>();
  return starts.map((start) => {
    const own = events.filter((one) => startOf(one) === start);
    const posts = own.filter(({ kind }) => kind === 'post');
    const clean = posts.filter(({ isSuspicious }) => !isSuspicious);
    const prices = own.filter(({ kind }) => kind === 'tick').map(({ price }) => price);
    const authors = new Set(posts.map(({ author }) => author));
    const fresh = [...authors].filter((author) => !known.has(author));
    for (const author of fresh) known.add(author);
    const returns = prices.slice(1).map((price, i) => Math.log(price / prices[i]!));
    const tags = posts.map(({ tag }) => tag);
    return {
      window_start: new Date(START + start).toISOString(),
      posts: posts.length,
      posts_clean: clean.length,
      authors: authors.size,
      new_authors: fresh.length,
      sentiment_mean: posts.length === 0 ? null : close(mean(posts.map(({ score }) => score))),
      sentiment_mean_clean: clean.length === 0 ? null : close(mean(clean.map(({ score }) => score))),
      price_source: prices.length === 0 ? null : 'file',
      log_return: prices.length < 2 ? null : close(Math.log(prices.at(-1)! / prices[0]!)),
      realised_volatility: prices.length < 2 ? null : close(Math.hypot(...returns)),
      price_range: prices.length === 0 ? null : close(Math.log(Math.max(...prices) / Math.min(...prices))),
      top_hashtags: Object.fromEntries(
        [...new Set(tags)].map((tag) => [tag, tags.filter((one) => one === tag).length]),
      ),
      airdrop_posts: posts.length - clean.length,
      revision: 1,
    };
  });
}

test('the rows of any stream in order are what their definition says, restarts or not', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 50, size: 'max' }), fc.boolean(), (events, restarts) => {
      let second = 0;
      const all: Timed[] = events.map((one) => {
        second += one.step;
        return { ...one, second };
      });
      const driver = live();
      for (const { kind, author, score, tag, price, followers, isSuspicious, second: at } of all) {
        if (kind === 'tick') driver.accept('prices', tick(at, price));
        else {
          const marks = isSuspicious ? ['airdrop'] : [];
          const fields = {
            sentiment_score: score,
            hashtags: [tag],
            followers_count: followers,
            bot_marks: marks,
          };
          driver.accept(POSTS, post(at, { author_id: author, text: '', ...fields }));
        }
        if (restarts) driver.restart();
      }
      driver.finish('all');
      const sorted = rows(driver).sort((a, b) => (a.window_start < b.window_start ? -1 : 1));
      expect(sorted).toEqual(byDefinition(all).map((row) => expect.objectContaining(row)));
      expect([driver.late, driver.drops]).toEqual([[], []]);
    }),
    { numRuns: 60 },
  );
});
