import { expect, test } from 'vitest';
import { checkBrokerSettings } from '../../../../src/doctor/kafka/checks/brokers.ts';
import { hints, settings } from '../fakes.ts';

const run = (configs: Record<string, string> | undefined, brokers = 1, changes = {}) =>
  checkBrokerSettings(configs, brokers, { ...settings, ...changes }, hints);

test("a broker with Kafka's default settings passes", () => {
  expect(run({})).toMatchObject([
    { severity: 'ok', detail: expect.stringContaining('new topics get 1 replica;') },
  ]);
});

test('one replica on three brokers is a warning, more replicas than brokers an error', () => {
  expect(run({ 'default.replication.factor': '1' }, 3)).toMatchObject([
    { severity: 'warn', hint: "Add --kafka-option replication=3 to the pipeline's commands." },
  ]);
  expect(run({}, 1, { replication: 3 })).toMatchObject([
    {
      severity: 'error',
      detail: 'new topics need 3 replicas (--kafka-option replication), but the cluster has 1 broker',
      hint: expect.stringContaining('replication=1'),
    },
  ]);
  expect(run({ 'default.replication.factor': '3' }, 3)).toMatchObject([{ severity: 'ok' }]);
});

test("a session timeout outside the broker's limits is an error that suggests the nearest allowed value", () => {
  expect(run({}, 1, { sessionTimeoutMs: 5000 })).toMatchObject([
    { severity: 'error', hint: expect.stringContaining('session-timeout=6s') },
  ]);
  expect(run({ 'group.max.session.timeout.ms': '8000' })).toMatchObject([
    { severity: 'error', hint: expect.stringContaining('session-timeout=8s') },
  ]);
});

test("a transaction timeout above the broker's maximum is an error", () => {
  expect(run({ 'transaction.max.timeout.ms': '30000' })).toMatchObject([
    { severity: 'error', hint: expect.stringContaining('transaction-timeout=30s') },
  ]);
});

test("batches above the broker's limit and offsets retained for less than a day are warnings", () => {
  expect(run({ 'message.max.bytes': '100000', 'offsets.retention.minutes': '60' })).toMatchObject([
    { severity: 'warn', hint: expect.stringContaining('batch-bytes=100000') },
    { severity: 'warn', detail: expect.stringContaining('after 1h') },
  ]);
});

test('broker settings that cannot be read are a warning', () => {
  expect(run(undefined)).toMatchObject([
    { severity: 'warn', hint: expect.stringContaining('DescribeConfigs') },
  ]);
});
