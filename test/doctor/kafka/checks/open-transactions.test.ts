import { expect, test } from 'vitest';
import { checkOpenTransactions } from '../../../../src/doctor/kafka/checks/open-transactions.ts';
import { hints } from '../fakes.ts';

const MINUTE = 60_000;
const now = Date.parse('2026-03-02T10:15:22.000Z');
const limits = { now, pipelineTimeoutMs: MINUTE, maxTimeoutMs: 15 * MINUTE };
const open = (age: number | undefined) => ({
  topic: 'prices',
  partition: 2,
  start: 41,
  lastWrite: age === undefined ? undefined : now - age,
});
const run = (...ages: (number | undefined)[]) => checkOpenTransactions(ages.map(open), limits, hints);

test('no open transactions and recent ones pass', () => {
  expect(run()).toMatchObject([{ severity: 'ok', detail: 'none' }]);
  expect(run(200, 1500)).toMatchObject([
    { severity: 'ok', detail: '2 partitions now, least recent write 1s500ms ago' },
  ]);
  expect(run(undefined)).toMatchObject([{ severity: 'ok', detail: '1 partition now' }]);
});

test('a transaction the broker should have ended is a warning', () => {
  expect(run(2 * MINUTE)).toMatchObject([{ severity: 'ok' }]);
  expect(run(2 * MINUTE + 1)).toMatchObject([
    { severity: 'warn', detail: expect.stringContaining('prices/2') },
  ]);
});

test('a hanging transaction is an error with the command that aborts it', () => {
  expect(run(17 * MINUTE)).toEqual([
    {
      severity: 'error',
      what: 'open transactions',
      detail:
        'prices/2 has a transaction open for 17m that the broker will not end: consumers are stuck at offset 41',
      hint: 'kafka-transactions.sh --bootstrap-server k1:9092,k2:9092 abort --topic prices --partition 2 --start-offset 41',
    },
  ]);
});
