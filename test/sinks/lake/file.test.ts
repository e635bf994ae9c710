import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Settings } from '../../../src/core/option.ts';
import { file } from '../../../src/sinks/lake/file.ts';
import { folderStore } from '../../../src/sinks/lake/store/folder-store.ts';
import { batchOf, fakeContext, HOST, price } from '../fakes.ts';
import { rows } from './reading.ts';
import { scratch } from './scratch.ts';

const defaults = Object.fromEntries(
  Object.entries(file.options).map(([name, { fallback }]) => [name, fallback]),
) as Settings<typeof file.options>;

test('each dataset has its own table below --dir', async () => {
  const dir = join(scratch(), 'lake');
  const quote = {
    source: 'file',
    base: 'btc',
    quote: 'usdt',
    price: 1,
    last_updated: '2026-03-02T00:00:00.000Z',
  };
  for (const [topic, value] of [
    ['prices', price(0)],
    ['prices-file', quote],
  ] as const) {
    const sink = await file.open({ ...defaults, dir }, fakeContext(topic), HOST);
    await sink.start(0);
    await sink.write(batchOf([value], { topic }));
    await sink.flush(0);
    await sink.close();
  }
  expect(await rows(folderStore(join(dir, 'prices')), 'coin')).toEqual([{ coin: 'btc' }]);
  expect(await rows(folderStore(join(dir, 'quotes')), 'base, source', 'base')).toEqual([
    { base: 'btc', source: 'file' },
  ]);
});

test('the defaults are the documented ones', () => {
  expect(defaults).toMatchObject({ dir: 'lake', every: 60_000, maxMemory: 256 * 2 ** 20 });
});
