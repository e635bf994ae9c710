import { expect, test } from 'vitest';
import { probeTransactions } from '../../../src/doctor/kafka/transaction-probe.ts';
import { Kafka } from '../../../src/log/kafka/kafka.ts';
import { passingClock, settings } from './fakes.ts';

test('the probe of a broker that cannot create its topic yet is repeated before it fails', async () => {
  const clock = passingClock();
  const kafka = new Kafka(settings, { app: 'shop', maxWaitMs: 8000, warn: () => {} }, clock);
  const tries: number[] = [];
  const starting = new Error('no broker can take the topic');
  kafka.admin = async () => {
    tries.push(clock.monotonic());
    throw starting;
  };
  await expect(probeTransactions(kafka, 3)).rejects.toBe(starting);
  expect(tries).toEqual(Array.from({ length: 11 }, (_, second) => second * 1000));
});
