import { expect, test } from 'vitest';
import { checkTransactions, type ProbeResult } from '../../../../src/doctor/kafka/checks/transactions.ts';

const clock = (broker: number, ahead = 0) => ({ broker, time: 1000 + ahead, before: 1000, after: 1000 });
const good: ProbeResult = {
  keys: new Set(['plain', 'committed']),
  offset: 1,
  committed: 1,
  fenced: true,
  clocks: [],
};
const bad = (probe: Partial<ProbeResult>) =>
  checkTransactions({ ...good, ...probe })
    .filter(({ severity }) => severity === 'error')
    .map(({ what }) => what);

test('a cluster that keeps all guarantees passes', () => {
  expect(checkTransactions(good).map(({ what, severity }) => [what, severity])).toEqual([
    ['commit', 'ok'],
    ['abort', 'ok'],
    ['offsets in a transaction', 'ok'],
    ['fencing', 'ok'],
  ]);
});

test.each([
  ['commit', { keys: new Set(['plain']) }],
  ['commit', { keys: new Set(['committed']) }],
  ['abort', { keys: new Set(['plain', 'committed', 'aborted']) }],
  ['abort', { keys: new Set(['plain', 'committed', 'frozen']) }],
  ['offsets in a transaction', { offset: 2 }],
  ['offsets in a transaction', { offset: undefined }],
  ['fencing', { fenced: false }],
])('a broken guarantee is named: %s', (what, probe) => {
  expect(bad(probe)).toEqual([what]);
});

test('a broker that leads several partitions has one clock check', () => {
  const checks = checkTransactions({ ...good, clocks: [clock(1), clock(2, 600_000), clock(1)] }).slice(4);
  expect(checks.map(({ severity }) => severity)).toEqual(['ok', 'error']);
});
