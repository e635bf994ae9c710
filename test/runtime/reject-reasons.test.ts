import { expect, test } from 'vitest';
import { countRejectReasons } from '../../src/runtime/reject-reasons.ts';
import { newStats } from '../../src/runtime/stage.ts';

const reject = (value: string) => ({ topic: 'rejects', partitionKey: 'x', key: null, value, headers: {} });
const price = { topic: 'prices-file', partitionKey: 'x', key: null, value: '{}', headers: {} };

test('rejects are counted by the reason in their records', () => {
  const stats = newStats('produce x');
  const records = ['{"why":"no time"}', '{"why":"no price"}', '{"why":"no time"}', '{}'].map(reject);
  countRejectReasons(stats, { records: [price, ...records] });
  expect(stats.rejectReasons).toEqual({ 'no time': 2, 'no price': 1, 'no reason given': 1 });
});

test('the counts of the source come before those of its records', () => {
  const stats = newStats('produce x');
  const records = [reject(`{"why":"'1' is no time"}`)];
  for (let i = 0; i < 2; i++) countRejectReasons(stats, { records, rejected: { 'no time': 1 } });
  expect(stats.rejectReasons).toEqual({ 'no time': 2 });
});

test('after ten reasons, further ones are counted as other reasons', () => {
  const stats = newStats('produce x');
  for (let i = 0; i < 1000; i++) countRejectReasons(stats, { records: [], rejected: { [`reason ${i}`]: 1 } });
  const counts = Object.entries(stats.rejectReasons!);
  expect(counts).toHaveLength(11);
  expect(counts.at(-1)).toEqual(['other reasons', 990]);
});
