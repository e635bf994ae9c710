import { expect, test } from 'vitest';
import { judgeOpen } from '../../../../src/doctor/kafka/checks/open-transactions.ts';
import { remedies } from '../fakes.ts';

const MINUTE = 60_000;
const now = Date.parse('2026-03-02T10:15:22.000Z');
const patience = { now, ours: MINUTE, anybodys: 15 * MINUTE };
const open = (age: number | undefined) => ({
  topic: 'prices',
  partition: 2,
  start: 41,
  lastWrite: age === undefined ? undefined : now - age,
});
const judge = (...ages: (number | undefined)[]) => judgeOpen(ages.map(open), patience, remedies);

test('none, and those of a pipeline at work, are fine', () => {
  expect(judge()).toMatchObject([{ verdict: 'ok', detail: 'none' }]);
  expect(judge(200, 1500)).toMatchObject([
    { verdict: 'ok', detail: '2 partitions at this moment, the oldest last written to 1s500ms ago' },
  ]);
  expect(judge(undefined)).toMatchObject([{ verdict: 'ok', detail: '1 partition at this moment' }]);
});

test('one that the broker should have ended is warned of', () => {
  expect(judge(2 * MINUTE)).toMatchObject([{ verdict: 'ok' }]);
  expect(judge(2 * MINUTE + 1)).toMatchObject([
    { verdict: 'warn', detail: expect.stringContaining('prices/2') },
  ]);
});

test('one that nobody will end is bad, with the command that ends it', () => {
  expect(judge(17 * MINUTE)).toEqual([
    {
      verdict: 'bad',
      what: 'open transactions',
      detail: 'prices/2 has had one for 17m, which nobody will end: readers stand still at offset 41',
      hint: 'kafka-transactions.sh --bootstrap-server k1:9092,k2:9092 abort --topic prices --partition 2 --start-offset 41',
    },
  ]);
});
