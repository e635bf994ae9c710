import { UserError } from '../../core/errors.ts';
import { integer } from '../../core/option.ts';
import type { NewRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import { QUOTE_PLACEHOLDERS } from '../shared/quote-record.ts';
import { type Chunk, defineSource, type SourceContext } from '../source.ts';
import { realMinutes } from './minutes.ts';
import { posts } from './posts.ts';
import { coinQuotes, rates } from './quotes.ts';
import { merge, type SampleEvent } from './timed.ts';

const CHUNK_RECORDS = 1000;
/** Shorter waits do not split a chunk. */
const SHORTEST_WAIT: Millis = 100;

/** Yields events in chunks, `speed` times as fast as real time; 0: without waiting. */
export async function* paced(
  events: Iterable<SampleEvent>,
  speed: number,
  context: SourceContext,
): AsyncGenerator<Chunk> {
  const { monotonic, sleep, signal } = context;
  const began = monotonic();
  let first: Millis | undefined;
  let records: NewRecord[] = [];
  let counts: Record<string, number> = {};
  const flush = (): Chunk => {
    const chunk = { records, counts };
    records = [];
    counts = {};
    return chunk;
  };
  for (const { time, record, count } of events) {
    first ??= time;
    const wait = speed === 0 ? 0 : began + (time - first) / speed - monotonic();
    if (wait >= SHORTEST_WAIT) {
      yield flush();
      await sleep(wait);
    }
    if (signal.aborted) return;
    if (record !== undefined) records.push(record);
    if (count !== undefined) counts[count] = (counts[count] ?? 0) + 1;
    if (records.length >= CHUNK_RECORDS) yield flush();
  }
  yield flush();
}

export const sample = defineSource({
  name: 'sample',
  summary: 'Two days of real BTCUSDT minutes as polls of prices, with generated posts; no key, no network.',
  feeds: { tweets: ['tweets'], prices: ['prices-wallex', 'prices-coinmarketcap'] },
  options: {
    seed: integer(
      '--seed',
      '<n>',
      'Seed of the generated posts and rates; the same seed gives the same bytes.',
      1,
      {
        min: 0,
        max: 2 ** 31 - 1,
      },
    ),
    speed: integer('--speed', '<times>', 'How much faster than real time; 0: as fast as possible.', 0, {
      min: 0,
      max: 1_000_000,
    }),
  },
  examples: ['cryptopipe produce --source sample', 'cryptopipe produce prices --source sample --speed 60'],
  fills: (_, kinds) => (kinds.includes('tweets') ? [] : QUOTE_PLACEHOLDERS),
  async *read({ seed, speed, kinds, topic }, context) {
    if (topic !== undefined && kinds.length > 1)
      throw new UserError(
        'usage',
        `--topic ${topic}: posts and prices cannot share a topic`,
        'Name the kind: `produce tweets` or `produce prices`.',
      );
    const minutes = realMinutes();
    const streams: Iterable<SampleEvent>[] = [];
    if (kinds.includes('prices')) {
      streams.push(rates(minutes, seed, topic ?? 'prices-wallex'));
      streams.push(...coinQuotes(minutes, seed, topic ?? 'prices-coinmarketcap'));
    }
    if (kinds.includes('tweets')) streams.push(posts(minutes, seed, topic ?? 'tweets'));
    yield* paced(merge(streams), speed, context);
  },
});
