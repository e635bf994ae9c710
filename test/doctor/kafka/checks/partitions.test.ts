import { expect, test } from 'vitest';
import { judgePartitions } from '../../../../src/doctor/kafka/checks/partitions.ts';
import type { Needs } from '../../../../src/doctor/kafka/dependencies.ts';
import type { SeenTopic } from '../../../../src/doctor/kafka/observed.ts';
import { BUS, byName, remedies, topic } from '../fakes.ts';

const made = { partitions: 1, retentionMs: undefined, compacted: false };
const needs: Needs = {
  app: 'cryptopipe',
  topics: ['quotes', 'rates'].map((name) => ({ name, made })),
  processors: [{ name: 'join', inputs: ['quotes', 'rates'] }],
};
const judge = (...topics: SeenTopic[]) => judgePartitions(needs, byName(...topics), remedies);

test('inputs with equal partitions are fine, also those that are still to be made', () => {
  expect(judge(topic('quotes', 3), topic('rates', 3))).toEqual([
    { verdict: 'ok', what: 'partitions of join', detail: 'quotes 3, rates 3: 3 tasks' },
  ]);
  expect(judge(topic('quotes', 1))).toMatchObject([
    { verdict: 'ok', detail: 'quotes 1, rates 1 (to be made): 1 task' },
  ]);
});

test('unequal inputs are bad; the smaller is to be made anew', () => {
  expect(judge(topic('quotes', 3), topic('rates', 1))).toEqual([
    {
      verdict: 'bad',
      what: 'partitions of join',
      detail: 'quotes 3, rates 1: not equal, though they are read together',
      hint: `cryptopipe topics delete rates --yes ${BUS} && cryptopipe topics create rates --partitions 3 ${BUS}`,
    },
  ]);
});

test('an input that would be made with other partitions is to be made with these', () => {
  expect(judge(topic('quotes', 3))).toMatchObject([
    { verdict: 'bad', hint: `cryptopipe topics create rates --partitions 3 ${BUS}` },
  ]);
});

test('the state says how many there are to be', () => {
  const state = topic('cryptopipe.join.state', 2);
  expect(judge(topic('quotes', 2), topic('rates', 2), state)).toMatchObject([{ verdict: 'ok' }]);
  expect(judge(topic('quotes', 3), topic('rates', 2), state)).toMatchObject([
    { verdict: 'bad', hint: expect.stringContaining('create quotes --partitions 2') },
  ]);
  expect(judge(topic('quotes', 3), topic('rates', 3), state)).toMatchObject([
    { verdict: 'bad', hint: expect.stringContaining('delete cryptopipe.join.state --yes') },
  ]);
});
