import { span } from '../../src/core/span-options.ts';
import { InvalidRecord } from '../../src/core/stream/record.ts';
import { defineProcessor, type Processor } from '../../src/processors/processor.ts';

/** One of which only the topics count. */
export const processor = (name: string, inputs: string[], output: string): Processor => ({
  name,
  summary: '',
  inputs: inputs.map((topic) => ({ topic, time: () => 0 })),
  output: { topic: output, schema: `${name}/1` },
  options: {},
  examples: [],
  build: () => {
    throw new Error('not built here');
  },
});

const value = (given: unknown) => {
  const { last_updated, price } = given as { last_updated?: string; price?: number };
  if (typeof price !== 'number' || last_updated === undefined) throw new InvalidRecord('no price');
  return { time: last_updated, price };
};

/** Called for each record that `pass` takes: a test must not open the bus that a running stage has open. */
export const hooks = { accepted: () => {} };

/** Passes file prices on. */
const pass = defineProcessor({
  name: 'pass',
  summary: 'Passes prices on.',
  inputs: [{ topic: 'prices-file', time: () => 0 }],
  output: { topic: 'prices', schema: 'price/1' },
  options: {},
  examples: ['cryptopipe process pass'],
  build: () => ({
    accept: (input, out) => {
      out.emit({ key: String(input.offset), partitionKey: 'btc', value: value(input.value) });
      hooks.accepted();
    },
    advance: () => {},
    finish: () => {},
    changes: () => [],
    watermark: () => undefined,
  }),
});

/** Counts prices, and would count bars; gives the count at the end alone, and only when everything is closed. */
const count = defineProcessor({
  name: 'count',
  summary: 'Counts prices.',
  inputs: ['prices', 'bars-file'].map((topic) => ({ topic, time: () => 0 })),
  output: { topic: 'market-cap', schema: 'count/1' },
  options: { lateness: span('--lateness', 'How late.', 30_000, { min: 0, max: 60_000 }) },
  examples: ['cryptopipe process count'],
  build: (_, restored) => {
    let seen = Number(restored.get('seen') ?? 0);
    return {
      accept: () => {
        seen += 1;
      },
      advance: () => {},
      finish: (mode, _time, out) => {
        if (mode === 'all') out.emit({ key: 'all', partitionKey: 'all', value: { seen } });
      },
      changes: () => [['seen', String(seen)]],
      watermark: () => undefined,
    };
  },
});

/** In place of the registry, in the wrong order on purpose. */
export const module = { processors: { count, pass } };
