import { expect, test } from 'vitest';
import { checkCopartitioning } from '../../../../src/doctor/kafka/checks/copartitioning.ts';
import type { PipelineDependencies } from '../../../../src/doctor/kafka/dependencies.ts';
import type { ObservedTopic } from '../../../../src/doctor/kafka/observed.ts';
import { BUS, byName, hints, topic } from '../fakes.ts';

const defaults = { partitions: 1, retentionMs: undefined, compacted: false };
const dependencies: PipelineDependencies = {
  app: 'cryptopipe',
  topics: ['quotes', 'rates'].map((name) => ({ name, defaults })),
  processors: [{ name: 'join', inputs: ['quotes', 'rates'] }],
};
const run = (...topics: ObservedTopic[]) => checkCopartitioning(dependencies, byName(...topics), hints);

test('inputs with equal partition counts pass, existing or not', () => {
  expect(run(topic('quotes', 3), topic('rates', 3))).toEqual([
    { severity: 'ok', what: 'partitions of join', detail: 'quotes 3, rates 3: 3 tasks' },
  ]);
  expect(run(topic('quotes', 1))).toMatchObject([
    { severity: 'ok', detail: 'quotes 1, rates 1 (to be created): 1 task' },
  ]);
});

test('unequal inputs are an error that suggests recreating the smaller', () => {
  expect(run(topic('quotes', 3), topic('rates', 1))).toEqual([
    {
      severity: 'error',
      what: 'partitions of join',
      detail: 'quotes 3, rates 1: unequal, but they are joined partition by partition',
      hint: `cryptopipe topics delete rates --yes ${BUS} && cryptopipe topics create rates --partitions 3 ${BUS}`,
    },
  ]);
});

test('an input that does not exist yet must be created with the partitions of the other', () => {
  expect(run(topic('quotes', 3))).toMatchObject([
    { severity: 'error', hint: `cryptopipe topics create rates --partitions 3 ${BUS}` },
  ]);
});

test('the partition count of the state topic decides', () => {
  const state = topic('cryptopipe.join.state', 2);
  expect(run(topic('quotes', 2), topic('rates', 2), state)).toMatchObject([{ severity: 'ok' }]);
  expect(run(topic('quotes', 3), topic('rates', 2), state)).toMatchObject([
    { severity: 'error', hint: expect.stringContaining('create quotes --partitions 2') },
  ]);
  expect(run(topic('quotes', 3), topic('rates', 3), state)).toMatchObject([
    { severity: 'error', hint: expect.stringContaining('delete cryptopipe.join.state --yes') },
  ]);
});
