import type { NewRecord } from '../../src/core/stream/record.ts';
import { formatTime, MINUTE } from '../../src/core/util/time.ts';
import { candleKey } from '../../src/market/prices/candle.ts';

export const START = Date.UTC(2026, 2, 2, 10);
const HEADERS = { schema: 'test/1' };

interface CandleChanges {
  readonly coin?: string;
  readonly quote?: string;
  readonly source?: string;
  readonly window?: string;
  readonly close?: number;
  readonly volume?: number | null;
  readonly final?: boolean;
  readonly minutes?: number;
}

/** The value of a candle that starts `at` minutes after START. */
export function candleValue(at: number, changes: CandleChanges = {}) {
  const {
    coin = 'btc',
    quote = 'usdt',
    source = 'test',
    window = '10m',
    close = 100,
    minutes = 10,
  } = changes;
  const start = START + at * MINUTE;
  return {
    coin,
    quote,
    source,
    window,
    window_start: formatTime(start),
    window_end: formatTime(start + minutes * MINUTE),
    open: 99,
    high: 110,
    low: 90,
    close,
    volume: changes.volume ?? null,
    revision: 1,
    final: changes.final ?? true,
  };
}

export function candleRecord(at: number, changes: CandleChanges = {}): NewRecord {
  const value = candleValue(at, changes);
  const key = candleKey(value as unknown as Parameters<typeof candleKey>[0]);
  return { topic: 'candles', partitionKey: value.coin, key, value: JSON.stringify(value), headers: HEADERS };
}

interface PostChanges {
  readonly coin?: string;
  readonly score?: number | null;
  readonly text?: string;
  readonly hashtags?: readonly string[];
  readonly username?: string;
}

/** The value of a processed post, `at` minutes after START. */
export const postValue = (id: string, at: number, changes: PostChanges = {}) => ({
  id,
  created_at: formatTime(START + at * MINUTE),
  coin: changes.coin ?? 'btc',
  text: changes.text ?? `post ${id}`,
  hashtags: changes.hashtags ?? [],
  username: changes.username ?? 'ada',
  sentiment_score: changes.score === undefined ? 0.5 : changes.score,
  source: 'test',
});

const postRecordOf = (id: string, coin: string, value: object | null): NewRecord => ({
  topic: 'tweets-processed',
  partitionKey: coin,
  key: id,
  value: value === null ? null : JSON.stringify(value),
  headers: HEADERS,
});

export const postOf = (id: string, at: number, changes: PostChanges = {}): NewRecord =>
  postRecordOf(id, changes.coin ?? 'btc', postValue(id, at, changes));

export const deletionOf = (id: string, coin = 'btc'): NewRecord => postRecordOf(id, coin, null);
