import { expect, test } from 'vitest';
import { needsOf } from '../../../src/cli/pipeline/kafka-dependencies.ts';
import { candles } from '../../../src/processors/candles.ts';
import { processors } from '../../../src/processors/index.ts';
import { join } from '../../../src/processors/join.ts';
import type { Processor } from '../../../src/processors/processor.ts';

const MINUTE = 60_000;
const topicOf = (all: readonly Processor[], name: string, given: readonly [string, number][] = []) =>
  needsOf('cryptopipe', all, new Map(given)).topics.find((topic) => topic.name === name);

test('an input must be kept for the window and the lateness, given or default', () => {
  expect(topicOf([candles], 'prices')?.keep).toEqual({
    ms: 10 * MINUTE + 30_000,
    why: 'candles (window 10m, lateness 30s)',
  });
  expect(
    topicOf([candles], 'prices', [
      ['--window', 60 * MINUTE],
      ['--lateness', 0],
    ])?.keep,
  ).toEqual({ ms: 60 * MINUTE, why: 'candles (window 1h, lateness 0s)' });
});

test('an input of join must be kept for as long as join waits for its pair', () => {
  expect(topicOf([join], 'prices-wallex')?.keep).toMatchObject({
    ms: 10 * MINUTE + 5000,
    why: expect.stringContaining('keep 10m'),
  });
});

test('the slowest reader determines how long a topic must be kept; a topic without readers has no minimum', () => {
  const all = Object.values<Processor>(processors);
  expect(topicOf(all, 'prices-coinmarketcap', [['--keep', 5 * MINUTE]])?.keep?.why).toContain('join');
  expect(topicOf(all, 'candles')?.keep).toBeUndefined();
  expect(topicOf(all, 'late')?.defaults).toMatchObject({ partitions: 1 });
});

test('each processor is listed with its inputs', () => {
  expect(needsOf('mine', [join], new Map())).toMatchObject({
    app: 'mine',
    processors: [
      {
        name: 'join',
        inputs: [
          'prices-coinmarketcap',
          'prices-coingecko',
          'prices-file',
          'prices-coinbase',
          'prices-kraken',
          'prices-wallex',
        ],
      },
    ],
  });
});
