import { UserError } from '../../src/core/errors.ts';
import { InvalidRecord, type NewRecord } from '../../src/core/stream/record.ts';
import { formatTime } from '../../src/core/util/time.ts';

import { geckoRecords } from '../../src/sources/coingecko/poll.ts';
import { readAnswer } from '../../src/sources/coinmarketcap/answer.ts';
import { quoteRecords } from '../../src/sources/coinmarketcap/records.ts';
import { rowsOf } from '../../src/sources/coinmarketcap/rows.ts';
import { SymbolResolver } from '../../src/sources/coinmarketcap/symbol-resolver.ts';
import { file } from '../../src/sources/file/file.ts';
import { SAMPLE_ROWS } from '../../src/sources/file/rows/sample.ts';
import type { Delivery } from '../../src/sources/nostr/connection.ts';
import { parseRelayMessage } from '../../src/sources/nostr/message.ts';
import { EventWriter } from '../../src/sources/nostr/records.ts';
import { SeenEvents } from '../../src/sources/nostr/seen-events.ts';
import { parseBody } from '../../src/sources/shared/http/body.ts';
import { HttpError } from '../../src/sources/shared/http/http-error.ts';
import { QuotaExhausted } from '../../src/sources/shared/poll/poller.ts';
import { SeenQuotes } from '../../src/sources/shared/poll/seen.ts';
import { readMarkets } from '../../src/sources/wallex/markets.ts';
import { marketRecords } from '../../src/sources/wallex/records.ts';
import { lineReader } from '../../src/sources/x/stream/line.ts';
import { postTopics } from '../../src/sources/x/stream/topics.ts';
import { benchPosts } from '../bench/posts.ts';
import { nostrEvent } from '../stubs/nostr.ts';
import { PRICES, sourceHarness } from './collect.ts';

/** The clock of all sources here. */
export const NOW = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;

/** A source's way from lines, or answers, to records. */
export interface MutatedSource {
  readonly name: string;
  /** Good lines; the first stands before all others as it is (the header of a CSV). */
  readonly good: readonly string[];
  /** A line that gives a record after whatever came before it. */
  readonly last: string;
  read(lines: Iterable<string>): AsyncIterable<readonly NewRecord[]>;
}

const V1_POST = JSON.stringify({
  id_str: '1890000000000000000',
  id: 1890000000000000000,
  created_at: 'Mon Jun 02 10:00:00 +0000 2025',
  text: 'bitcoin &amp; $ETH',
  lang: 'en',
  user: { id_str: '5', screen_name: 'a', name: 'A', followers_count: 7, verified: false },
  entities: {
    hashtags: [{ text: 'btc' }],
    symbols: [{ text: 'ETH' }],
    urls: [{ expanded_url: 'https://e.org' }],
  },
  retweeted_status: { text: 'bitcoin', extended_tweet: { full_text: 'bitcoin to the moon', entities: {} } },
  favorite_count: 1,
});
const TAGGED = JSON.stringify({
  data: {
    id: '1890000000000000001',
    text: 'bitcoin',
    created_at: '2025-06-01T10:00:00.000Z',
    edit_history_tweet_ids: ['1', '2'],
  },
  matching_rules: [
    { id: '1', tag: 'btc' },
    { id: '2', tag: 'companies' },
  ],
  includes: { users: [{ id: '5', username: 'u', public_metrics: { followers_count: 3 } }] },
});
const NOTICES = [
  '{"data":{"delete":{"tweet":{"id":"5","author_id":"6"},"event_at":"2025-06-01T10:00:00.000Z"}}}',
  '{"delete":{"status":{"id":5,"id_str":"5"}}}',
  '{"data":{"tweet_edit":{"tweet":{"id":"9"},"edit_tweet_ids":["7","8","9"],"initial_tweet_id":"7"}}}',
  '{"errors":[{"title":"ConnectionException","detail":"x","disconnect_type":"OperationalDisconnect"}]}',
];
export const POSTS: readonly string[] = [...benchPosts(40), V1_POST, TAGGED, ...NOTICES];
const LAST_POST = '{"id_str":"77","text":"bitcoin","created_at":"2025-06-01T10:00:00.000Z"}';

export const QUOTES: readonly string[] = [
  '{"base":"btc","quote":"usdt","price":67000.5,"time":"2025-06-01T10:00:00Z","order_id":1790000000000000001}',
  '{"source":"coinmarketcap","base":"eth","quote":"usdt","price":1,"market_cap":2000000,"last_updated":"2025-06-01T10:01:00.000Z"}',
  '{"source":"wallex","base":"usdt","quote":"tmn","price":61000,"last_updated":"2025-06-01T10:01:10.000Z","volume_24h":5}',
];

const sampledRows = (row: (time: string) => string): string[] =>
  Array.from({ length: SAMPLE_ROWS }, (_, index) => row(formatTime(Date.UTC(2025, 4, 1) + index * 60_000)));

const fromFile = (
  name: string,
  good: readonly string[],
  last: string,
  settings: Partial<typeof PRICES>,
  /** Good lines after the first: how a file of prices is read is decided on its first rows. */
  sampled: readonly string[] = [],
): MutatedSource => ({
  name,
  good,
  last,
  async *read(lines) {
    function* bytes() {
      let isFirst = true;
      for (const line of lines) {
        yield Buffer.from(`${line}\n`);
        if (isFirst) for (const one of sampled) yield Buffer.from(`${one}\n`);
        isFirst = false;
      }
    }
    const { context } = sourceHarness(bytes());
    const clocked = { ...context, now: () => NOW, maxAheadMs: DAY };
    for await (const { records } of file.read({ ...PRICES, file: ['-'], ...settings }, clocked))
      yield records;
  },
});

const CMC_ROW =
  '{"id":1,"symbol":"BTC","name":"Bitcoin","cmc_rank":1,"last_updated":"2025-06-01T10:00:00.000Z","quote":{"USD":{"price":67000.5,"market_cap":1300000000000,"volume_24h":5,"last_updated":"2025-06-01T10:00:00.000Z"}}}';
const WALLEX =
  '{"success":true,"result":{"symbols":{"USDTTMN":{"baseAsset":"USDT","quoteAsset":"TMN","stats":{"lastPrice":"61000.5"}}}}}';

const GECKO_ROW =
  '{"id":"bitcoin","symbol":"btc","name":"Bitcoin","current_price":67000.5,"market_cap":1300000000000,"total_volume":5,"last_updated":"2025-06-01T10:00:00.000Z"}';
const NOTES = [
  nostrEvent({ at: NOW, content: 'BTC \u00e9\n"quoted" #bitcoin' }),
  nostrEvent({ at: NOW, kind: 5, tags: [['e', 'c'.repeat(64)]] }),
  nostrEvent({ at: NOW, kind: 6, content: '{"content":"bitcoin","tags":[["t","btc"]]}' }),
];

/** A message of a relay as its connection delivers it. */
function deliveryOf(text: string): Delivery {
  try {
    const message = parseRelayMessage(text);
    return { events: message.type === 'event' ? [{ at: NOW, event: message.event }] : [], broken: [] };
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return { events: [], broken: [{ at: NOW, text, why: error.message }] };
  }
}

const answerOf = (line: string) => {
  const body = parseBody(Buffer.from(line), undefined);
  return { status: 200, body, serverTime: NOW, retryAfterMs: 0, headers: {}, askedAt: NOW, answeredAt: NOW };
};

/** The records of an answer; an error that its source expects is none. */
function answered(step: () => readonly NewRecord[]): readonly NewRecord[] {
  try {
    return step();
  } catch (error) {
    if (error instanceof HttpError || error instanceof QuotaExhausted || error instanceof UserError)
      return [];
    throw error;
  }
}

export const MUTATED_SOURCES: readonly MutatedSource[] = [
  fromFile('file: posts', POSTS, LAST_POST, { kinds: ['tweets'] }),
  fromFile(
    'file: quotes',
    QUOTES,
    QUOTES[0]!,
    { fileFormat: 'quotes' },
    sampledRows(
      (time) => `{"base":"btc","quote":"usdt","price":1,"market_cap":2,"time":"${time}","source":"a"}`,
    ),
  ),
  fromFile(
    'file: bars',
    [
      'timestamp,open,high,low,close',
      '1748772000,1,3,0.5,2',
      '2025-06-01 10:01:00,1,3,0.5,2',
      '"2025-06-01",1,3,0.5,2',
    ],
    '2025-06-01T10:03:00Z,1,3,0.5,2',
    { interval: 60_000 },
    sampledRows((time) => `${time},1,3,0.5,2`),
  ),
  fromFile(
    'file: ticks',
    ['time,price', '2025-06-01T10:00:00Z,1.5', '1748772000123,2'],
    '2025-06-01,5',
    {},
    sampledRows((time) => `${time},2`),
  ),
  {
    name: 'x',
    good: POSTS,
    last: LAST_POST,
    async *read(lines) {
      const reader = lineReader(postTopics('{tag}', ['btc']), 't', () => {}, DAY);
      for (const text of lines) {
        const tooLong = text.length > 2 ** 20;
        reader.read({ text: tooLong ? text.slice(0, 8192) : text, tooLong }, NOW);
        yield reader.flush().records;
      }
    },
  },
  {
    name: 'coinmarketcap',
    good: [`{"status":{"error_code":0,"credit_count":1},"data":[${CMC_ROW},${CMC_ROW}]}`],
    last: `{"status":{"error_code":"0"},"data":{"1":${CMC_ROW.replaceAll('10:00:00', '11:00:00')}}}`,
    async *read(lines) {
      const resolver = new SymbolResolver(() => {});
      for (const line of lines) {
        const seen = new SeenQuotes();
        const writing = { topic: 't', maxAheadMs: DAY, converts: ['USD'], keepCached: true, resolver, seen };
        yield answered(() => {
          const { data } = readAnswer(
            answerOf(line),
            () => 0.5,
            (text) => text,
          );
          return quoteRecords(rowsOf(data), NOW, writing).records;
        });
      }
    },
  },
  {
    name: 'wallex',
    good: [WALLEX],
    last: WALLEX,
    async *read(lines) {
      for (const line of lines) {
        const answer = answerOf(line);
        yield answered(() => marketRecords(readMarkets(answer), ['USDTTMN'], 't', answer));
      }
    },
  },
  {
    name: 'coingecko',
    good: [`[${GECKO_ROW},${GECKO_ROW.replace('bitcoin', 'wrapped')}]`],
    last: `[${GECKO_ROW.replace('10:00:00', '11:00:00')}]`,
    async *read(lines) {
      for (const line of lines) {
        const { body } = answerOf(line);
        const target = { currency: 'usd', polledAt: NOW, topic: 't', latest: NOW + DAY };
        yield geckoRecords(Array.isArray(body) ? body : [body], { ...target, seen: new SeenQuotes() })
          .records;
      }
    },
  },
  {
    name: 'nostr',
    good: NOTES.map((note) => JSON.stringify(['EVENT', 'cp1', note])),
    last: JSON.stringify(['EVENT', 'cp1', nostrEvent({ at: NOW, content: 'the last #bitcoin' })]),
    async *read(lines) {
      const writer = new EventWriter(new SeenEvents(), 't', { now: () => NOW, maxAheadMs: DAY });
      for (const text of lines) yield writer.write(deliveryOf(text)).records;
    },
  },
];
