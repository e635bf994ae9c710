import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Options, Settings } from '../../src/core/option.ts';
import { MINUTE } from '../../src/core/util/time.ts';
import { candles } from '../../src/processors/candles.ts';
import { enrich } from '../../src/processors/enrich.ts';
import { join } from '../../src/processors/join.ts';
import { marketCap } from '../../src/processors/market-cap.ts';
import type { Processor } from '../../src/processors/processor.ts';
import { at, iso, runLogic } from './driver.ts';

const RUNS = 200;

const step = fc.record({
  kind: fc.constantFrom('left', 'left', 'right', 'right', 'right', 'silence'),
  /** Of its record; of silence, how long it is. */
  second: fc.nat(400),
  source: fc.constantFrom('file', 'file', 'sample', 'other'),
  coin: fc.constantFrom('btc', 'btc', 'eth'),
  isRestart: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const quote = ({ second, source, coin }: Step, value: number, more: object = {}) => ({
  source,
  base: coin,
  quote: 'usdt',
  price: value,
  last_updated: iso(second),
  ...more,
});
const price = ({ second, source, coin }: Step, value: number) => ({
  source,
  coin,
  quote: 'usdt',
  price: value,
  time: iso(second),
});

/** A processor, and the topic and value of a step; `value` differs from step to step. */
interface Law {
  readonly processor: Processor;
  readonly settings: object;
  readonly record: (step: Step, value: number) => readonly [topic: string, value: object];
}

function law<O extends Options>(
  processor: Processor<O>,
  settings: Partial<Settings<O>>,
  record: Law['record'],
): Law {
  return { processor: processor as unknown as Processor, settings, record };
}

const laws: Readonly<Record<string, Law>> = {
  candles: law(
    candles,
    { window: [MINUTE, 5 * MINUTE], mergeSources: true, lateness: 20_000, retain: 2 * MINUTE },
    (one, value) => ['prices', price(one, value)],
  ),
  join: law(join, { keep: 2 * MINUTE }, (one, value) =>
    one.kind === 'left'
      ? ['prices-file', quote(one, value)]
      : ['prices-wallex', quote(one, value, { base: 'usdt', quote: one.coin === 'btc' ? 'tmn' : 'eur' })],
  ),
  enrich: law(enrich, { maxAge: 2 * MINUTE, lateness: 20_000 }, (one, value) =>
    one.kind === 'left'
      ? [
          'tweets-processed',
          { id: `${value}`, created_at: iso(one.second), coin: one.coin, tag: one.coin, text: 'up' },
        ]
      : ['prices', price(one, value)],
  ),
  'market-cap': law(marketCap, { lateness: 20_000 }, (one, value) => [
    'prices-file',
    quote(one, value, { market_cap: value }),
  ]),
};

/** The rows of each key in their order; rows of different keys may leave in any order. */
function rowsOf({ processor, settings, record }: Law, steps: readonly Step[], restarts: boolean) {
  const driver = runLogic(processor, settings);
  let now = at(1000);
  for (const [i, one] of steps.entries()) {
    if (one.kind === 'silence')
      for (const _ of [1, 2]) {
        now += one.second * 200;
        driver.advance(now);
      }
    else driver.accept(...record(one, i + 1));
    if (restarts && one.isRestart) driver.restart();
  }
  driver.finish('all', now);
  const { outputs, late, drops } = driver;
  return { outputs: outputs.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))), late, drops };
}

test.each(Object.keys(laws))(
  '%s with sources that fall silent: a restart at any step changes no output',
  (name) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        expect(rowsOf(laws[name]!, steps, true)).toEqual(rowsOf(laws[name]!, steps, false));
      }),
      { numRuns: RUNS, seed: 1 },
    );
  },
);
