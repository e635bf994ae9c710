import { expect, test } from 'vitest';
import { datasetOf } from '../../../../src/market/catalog/dataset-of.ts';
import { topicPart } from '../../../../src/sinks/lake/buffer/file-writer.ts';
import { openLake } from '../../../../src/sinks/lake/lake.ts';
import { folderStore } from '../../../../src/sinks/lake/store/folder-store.ts';
import { batchOf, fakeContext, LAKE, price } from '../../fakes.ts';
import { rows } from '../reading.ts';
import { scratch } from '../scratch.ts';

test('file names contain the topic, or a shortened form that is still unique', () => {
  const [one, other] = [`${'t'.repeat(240)}1`, `${'t'.repeat(240)}2`];
  expect(topicPart('prices-file')).toBe('prices-file');
  expect(topicPart('t'.repeat(160))).toBe('t'.repeat(160));
  expect(new Set([one, other].map(topicPart)).size).toBe(2);
  expect([one, other].map(topicPart).every((part) => part.length === 160)).toBe(true);
});

test.each(['delta', 'plain'] as const)(
  'a topic of 249 characters lands, also at high offsets and beside a file of its name (--table %s)',
  async (table) => {
    const topic = 't'.repeat(249);
    const store = folderStore(scratch());
    const first = Number.MAX_SAFE_INTEGER - 10;
    const context = fakeContext('prices', { topic, dataset: datasetOf('prices') });
    for (const group of ['a', 'b']) {
      const sink = await openLake(store, { ...LAKE, table }, { ...context, group });
      await sink.start(0);
      await sink.write(batchOf([price(0), price(group === 'a' ? 2 : 4)], { topic, first }));
      await sink.flush(0);
    }
    const names: string[] = [];
    for await (const { name } of store.walk())
      if (name.endsWith('.parquet')) names.push(name.split('/').at(-1)!);
    expect(names).toHaveLength(2);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(255);
    if (table === 'delta') expect(await rows(store, 'coin')).toHaveLength(4);
  },
);

test('a record whose folder columns make a path too long goes to rejects, and the next one lands', async () => {
  const store = { ...folderStore(scratch()), maxPathBytes: 600 };
  const dataset = { ...datasetOf('prices'), partitionBy: ['source', 'coin', 'quote'] };
  const context = fakeContext('prices', { dataset });
  const sink = await openLake(store, LAKE, context);
  await sink.start(0);
  const [source, quote] = ['s'.repeat(200), 'q'.repeat(200)];
  await sink.write(batchOf([price(0, { source, quote }), price(1)]));
  await sink.flush(0);
  expect(context.rejected).toEqual([{ offset: 0, reason: expect.stringContaining('too long for a path') }]);
  expect(await rows(store, 'price')).toEqual([{ price: 101 }]);
});
