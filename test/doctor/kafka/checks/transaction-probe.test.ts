import { expect, test } from 'vitest';
import { judgeTrial, type SeenTrial } from '../../../../src/doctor/kafka/checks/transaction-probe.ts';

const clock = (broker: number, ahead = 0) => ({ broker, time: 1000 + ahead, before: 1000, after: 1000 });
const good: SeenTrial = {
  keys: new Set(['plain', 'committed']),
  offset: 1,
  committed: 1,
  fenced: true,
  clocks: [],
};
const bad = (trial: Partial<SeenTrial>) =>
  judgeTrial({ ...good, ...trial })
    .filter(({ severity: verdict }) => verdict === 'bad')
    .map(({ what }) => what);

test('a cluster that keeps its promises is fine', () => {
  expect(judgeTrial(good).map(({ what, severity: verdict }) => [what, verdict])).toEqual([
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
])('one that breaks one of them is told which: %s', (what, trial) => {
  expect(bad(trial)).toEqual([what]);
});

test('a broker that leads several partitions has one clock', () => {
  const findings = judgeTrial({ ...good, clocks: [clock(1), clock(2, 600_000), clock(1)] }).slice(4);
  expect(findings.map(({ severity: verdict }) => verdict)).toEqual(['ok', 'bad']);
});
