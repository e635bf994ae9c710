import { expect, test } from 'vitest';
import { HOUR } from '../../../src/core/util/time.ts';
import { knownDefaults, PRESETS, topicDefaults } from '../../../src/market/catalog/topics.ts';

test('a listed topic has its own defaults, any other topic those of tweets', () => {
  expect(topicDefaults('candles')).toEqual({ partitions: 3, retentionMs: undefined, compacted: true });
  expect(topicDefaults('mine')).toEqual({ partitions: 3, retentionMs: 24 * HOUR, compacted: false });
  expect(topicDefaults('constructor')).toEqual(topicDefaults('mine'));
  expect(knownDefaults('mine')).toBeUndefined();
});

test('prices of an API that repeats cached answers are kept 48 h and compacted as soon as possible', () => {
  const defaults = {
    partitions: 1,
    retentionMs: 48 * HOUR,
    compacted: true,
    config: { 'min.cleanable.dirty.ratio': '0.001', 'segment.ms': '10000', 'max.compaction.lag.ms': '10000' },
  };
  expect(topicDefaults('prices-coinmarketcap')).toEqual(defaults);
  expect(PRESETS['lake-house'].coin_market_cap).toEqual(defaults);
});

test('the preset lake-house keeps wallex for 48 h', () => {
  expect(PRESETS['lake-house'].wallex).toEqual({ partitions: 1, retentionMs: 48 * HOUR, compacted: false });
});
