import { expect, test } from 'vitest';
import { inChainOrder, processorsFedBy } from '../../../src/cli/pipeline/chain.ts';
import type { Processor } from '../../../src/processors/processor.ts';
import { processor } from '../fake-processors.ts';

const names = (processors: readonly Processor[]) => inChainOrder(processors).map(({ name }) => name);

test('each processor comes after those that write its inputs', () => {
  const candles = processor('candles', ['prices'], 'candles');
  const caps = processor('market-cap', ['prices'], 'market-cap');
  const join = processor('join', ['prices-file'], 'prices');
  const select = processor('select', ['tweets'], 'tweets-processed');
  expect(names([candles, caps, select, join])).toEqual(['select', 'join', 'candles', 'market-cap']);
});

test('a processor that reads its own output is ordered, and so is a cycle', () => {
  expect(names([processor('a', ['x'], 'x')])).toEqual(['a']);
  expect(names([processor('a', ['x'], 'y'), processor('b', ['y'], 'x')])).toEqual(['a', 'b']);
});

test('a topic feeds the processors that read it, and those that read their outputs', () => {
  const chain = [
    processor('candles', ['prices'], 'candles'),
    processor('join', ['prices-file', 'prices-wallex'], 'prices'),
    processor('select', ['tweets'], 'tweets-processed'),
  ];
  const fed = (...topics: string[]) => processorsFedBy(chain, topics).map(({ name }) => name);
  expect(fed('prices-wallex')).toEqual(['join', 'candles']);
  expect(fed('tweets')).toEqual(['select']);
  expect(fed('other')).toEqual([]);
});

test('a side input alone feeds no processor', () => {
  const enrich = processor('enrich', ['tweets-processed', 'prices'], 'tweets-priced');
  const inputs = enrich.inputs.map((input) => ({ ...input, isSide: input.topic === 'prices' }));
  const chain = [{ ...enrich, inputs }];
  expect(processorsFedBy(chain, ['prices'])).toEqual([]);
  expect(processorsFedBy(chain, ['tweets-processed', 'prices'])).toHaveLength(1);
});
