import { expect, test } from 'vitest';
import { DATASETS } from '../../../src/market/catalog/datasets.ts';
import {
  FEEDS,
  feedOf,
  LAKE_TOPICS,
  SOURCE_DELAYS,
  topicsOf,
  topicsWith,
} from '../../../src/market/catalog/feeds.ts';
import { processors } from '../../../src/processors/index.ts';
import type { Processor } from '../../../src/processors/processor.ts';
import { sources } from '../../../src/sources/index.ts';
import { kindsOf, type Source } from '../../../src/sources/source.ts';

const chain: readonly Processor[] = Object.values<Processor>(processors);
const read = new Set(chain.flatMap(({ inputs }) => inputs.map(({ topic }) => topic)));

test('every topic that a source writes is an input of a processor', () => {
  const written = Object.values<Pick<Source, 'feeds'>>(sources).flatMap((source) =>
    kindsOf(source).flatMap((kind) => source.feeds[kind] ?? []),
  );
  expect(written.length).toBeGreaterThan(4);
  expect(written.filter((topic) => !read.has(topic))).toEqual([]);
});

test('every topic of a processor has a row in the catalogue, and its output is read or lands', () => {
  const topics = chain.flatMap(({ inputs, output }) => [...inputs.map(({ topic }) => topic), output.topic]);
  expect(topics.filter((topic) => feedOf(topic) === undefined)).toEqual([]);
  const outputs = chain.map(({ output }) => output.topic);
  expect(outputs.filter((topic) => !read.has(topic) && !feedOf(topic)?.inLake)).toEqual([]);
});

test('every feed but raw posts has a dataset, and every dataset has a feed', () => {
  const raw = Object.keys(FEEDS).filter((topic) => feedOf(topic)?.dataset === undefined);
  expect(raw).toEqual(topicsWith('posts'));
  const names = Object.keys(DATASETS) as (keyof typeof DATASETS)[];
  expect(names.filter((name) => topicsOf(name).length === 0)).toEqual([]);
});

test('a lake takes posts, bars, prices and everything that is computed of them by default', () => {
  const bars = ['bars-file', 'bars-binance'];
  const computed = ['prices', 'candles', 'market-cap', 'signals'];
  expect(LAKE_TOPICS).toEqual(['tweets-processed', 'tweets-priced', ...bars, ...computed]);
});

test('delays of sources come from the rows of their topics', () => {
  expect(SOURCE_DELAYS).toEqual({
    x: 30_000,
    bluesky: 630_000,
    nostr: 120_000,
    coinmarketcap: 360_000,
    wallex: 5_000,
    coinbase: 5_000,
    kraken: 5_000,
    binance: 5_000,
    coingecko: 240_000,
  });
});

test('a topic named like a property of Object is unknown', () => {
  expect(feedOf('constructor')).toBeUndefined();
});
