import { expect, test } from 'vitest';
import { judgeBrokerSettings } from '../../../../src/doctor/kafka/checks/brokers.ts';
import { remedies, settings } from '../fakes.ts';

const judge = (configs: Record<string, string> | undefined, brokers = 1, changes = {}) =>
  judgeBrokerSettings(configs, brokers, { ...settings, ...changes }, remedies);

test("a broker with Kafka's own settings is fine", () => {
  expect(judge({})).toMatchObject([
    { verdict: 'ok', detail: expect.stringContaining('new topics get 1 copy;') },
  ]);
});

test('new topics with one copy on three brokers are warned of; with more copies than brokers they are bad', () => {
  expect(judge({ 'default.replication.factor': '1' }, 3)).toMatchObject([
    { verdict: 'warn', hint: 'Add --kafka-option replication=3 to the commands of the pipeline.' },
  ]);
  expect(judge({}, 1, { replication: 3 })).toMatchObject([
    {
      verdict: 'bad',
      detail: 'new topics want 3 copies (--kafka-option replication), there is 1 broker',
      hint: expect.stringContaining('replication=1'),
    },
  ]);
  expect(judge({ 'default.replication.factor': '3' }, 3)).toMatchObject([{ verdict: 'ok' }]);
});

test('a session that the broker does not allow is bad; the nearest that it does is told', () => {
  expect(judge({}, 1, { sessionTimeoutMs: 5000 })).toMatchObject([
    { verdict: 'bad', hint: expect.stringContaining('session-timeout=6s') },
  ]);
  expect(judge({ 'group.max.session.timeout.ms': '8000' })).toMatchObject([
    { verdict: 'bad', hint: expect.stringContaining('session-timeout=8s') },
  ]);
});

test('a transaction that may last longer than the broker allows is bad', () => {
  expect(judge({ 'transaction.max.timeout.ms': '30000' })).toMatchObject([
    { verdict: 'bad', hint: expect.stringContaining('transaction-timeout=30s') },
  ]);
});

test('batches larger than a broker takes, and positions forgotten within a day, are warned of', () => {
  expect(judge({ 'message.max.bytes': '100000', 'offsets.retention.minutes': '60' })).toMatchObject([
    { verdict: 'warn', hint: expect.stringContaining('batch-bytes=100000') },
    { verdict: 'warn', detail: expect.stringContaining('after 1h') },
  ]);
});

test('settings that may not be seen are warned of', () => {
  expect(judge(undefined)).toMatchObject([
    { verdict: 'warn', hint: expect.stringContaining('DescribeConfigs') },
  ]);
});
