import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLocalLog } from '../../../src/log/local/open.ts';
import { Rates, stageRow, topicStates } from '../../../src/page/feed/stage-rows.ts';
import { handClock } from '../../hand-clock.ts';
import { candleRecord } from '../records.ts';

test('a rate is that of the last ten seconds, and unknown at first', () => {
  const rates = new Rates();
  expect(rates.rate('a', 100, 0)).toBeNull();
  expect(rates.rate('a', 300, 2_000)).toBe(100);
  expect(rates.rate('a', 300, 12_000)).toBe(0);
  expect(rates.rate('b', 1, 12_000)).toBeNull();
});

test('a count that fell gives no negative rate', () => {
  const rates = new Rates();
  rates.rate('a', 100, 0);
  expect(rates.rate('a', 0, 1_000)).toBe(0);
});

test('a stage has its larger count, the lag of all inputs, and a watermark where it has one', () => {
  const counts = {
    stage: 'join',
    in: 5,
    out: 7,
    late: 1,
    rejected: 2,
    lag: { a: 1, b: 2 },
    watermark: -1,
    note: 'x',
  };
  expect(stageRow(counts, new Rates(), 0)).toMatchObject({
    name: 'join',
    records: 7,
    lag: 3,
    watermark: null,
    note: 'x',
  });
});

test('a stage has the quota of its source, its gaps and the last file of its sink', () => {
  const counts = { stage: 'x', in: 0, out: 0, late: 0, rejected: 0, lag: {}, watermark: undefined };
  const sum = (count: number, seconds: number) => ({ count, seconds });
  const source = {
    ...counts,
    quota: '12 left',
    note: '12 left',
    gaps: { backfilled: sum(1, 60), missed: sum(2, 5) },
  };
  expect(stageRow(source, new Rates(), 0)).toMatchObject({
    quota: '12 left',
    note: '',
    gaps: { count: 3, seconds: 65, filled: 1 },
  });
  const sink = { ...counts, lastFile: { path: 'date=2025-06-01/a.parquet', at: 7 } };
  expect(stageRow(sink, new Rates(), 0)).toMatchObject({
    lastFile: 'date=2025-06-01/a.parquet',
    last: 7,
    gaps: null,
  });
});

test('a topic has its records, its newest append time and the lag of its slowest group', async () => {
  const clock = handClock();
  const log = await openLocalLog(mkdtempSync(join(tmpdir(), 'rows-')), clock);
  await log.append([candleRecord(0), candleRecord(10)]);
  const partitions = (await log.describe('candles'))!.partitionInfos;
  await log.resetGroup(
    'quick',
    'candles',
    partitions.map(({ end }) => end),
  );
  await log.resetGroup(
    'slow',
    'candles',
    partitions.map(({ start }) => start),
  );
  expect(await topicStates(log, new Set(), new Rates(), 0)).toMatchObject([
    { name: 'candles', kind: 'topic', records: 2, lag: 2, last: clock.now(), rate: null },
  ]);
  await log.close();
});

test('of the topics that cryptopipe does not know, the page shows those that are named', async () => {
  const log = await openLocalLog(mkdtempSync(join(tmpdir(), 'rows-')), handClock());
  for (const topic of ['candles', 'my-prices', 'theirs']) await log.append([{ ...candleRecord(0), topic }]);
  const rows = await topicStates(log, new Set(['my-prices']), new Rates(), 0);
  expect(rows.map(({ name }) => name)).toEqual(['candles', 'my-prices']);
  await log.close();
});
