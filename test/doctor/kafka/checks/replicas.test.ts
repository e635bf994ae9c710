import { describe, expect, test } from 'vitest';
import { checkReplicas } from '../../../../src/doctor/kafka/checks/replicas.ts';
import type { ObservedTopic } from '../../../../src/doctor/kafka/observed.ts';
import { BUS, hints, topic } from '../fakes.ts';

const run = (
  topics: readonly ObservedTopic[],
  configs: Record<string, string>,
  alive: readonly number[] = [1, 2, 3],
  owner: 'pipeline' | 'kafka' = 'pipeline',
) => checkReplicas(topics, new Map(topics.map(({ name }) => [name, configs])), new Set(alive), owner, hints);
const insync = (least: number) => ({ 'min.insync.replicas': String(least) });

/** Partition 0 of a topic with these facts. */
const one = (facts: Partial<ObservedTopic['partitions'][number]>): ObservedTopic => ({
  name: 'prices',
  partitions: [{ partition: 0, leader: 1, replicas: [1, 2, 3], inSync: [1, 2, 3], ...facts }],
});

describe('replicas', () => {
  test('three replicas with min.insync.replicas 2 pass', () => {
    expect(run([topic('prices', 3, [1, 2, 3])], insync(2))).toEqual([
      { severity: 'ok', what: 'replicas', detail: '1 topic: 3 replicas, min.insync.replicas 2' },
    ]);
  });

  test('one replica passes on one or two brokers and is a warning on three', () => {
    expect(run([topic('prices', 3)], insync(1), [1])).toMatchObject([{ severity: 'ok' }]);
    expect(run([topic('prices', 3)], insync(1), [1, 2])).toMatchObject([{ severity: 'ok' }]);
    expect(run([topic('prices', 3)], insync(1))).toMatchObject([
      { severity: 'warn', detail: 'prices: 1 replica on 3 brokers: losing its broker loses the data' },
    ]);
  });

  test('topics with the same problem share one check and one command', () => {
    const topics = ['prices', 'candles'].map((name) => topic(name, 1, [1, 2, 3]));
    expect(run(topics, insync(1))).toEqual([
      {
        severity: 'warn',
        what: 'replicas',
        detail:
          'prices, candles: min.insync.replicas 1 of 3 replicas: an acknowledged record may exist on a single broker',
        hint: `for t in prices candles; do cryptopipe topics create $t --config min.insync.replicas=2 --update ${BUS}; done`,
      },
    ]);
  });

  test('min.insync.replicas equal to the replica count is a warning unless there is one replica', () => {
    for (const least of [3, 4])
      expect(run([topic('prices', 1, [1, 2, 3])], insync(least))).toMatchObject([
        { severity: 'warn', hint: expect.stringContaining('min.insync.replicas=2') },
      ]);
    expect(run([topic('prices', 1, [1])], insync(2), [1])).toMatchObject([{ severity: 'ok' }]);
  });

  test('unclean leader election is an error for topics with several replicas', () => {
    const unclean = { 'unclean.leader.election.enable': 'true' };
    expect(run([topic('a', 1, [1])], { ...insync(1), ...unclean }, [1])).toMatchObject([{ severity: 'ok' }]);
    expect(run([topic('a', 1, [1, 2, 3])], { ...insync(2), ...unclean })).toMatchObject([
      { severity: 'error', hint: expect.stringContaining('unclean.leader.election.enable=false') },
    ]);
  });

  test("internal topics are fixed with Kafka's own tool", () => {
    expect(run([topic('__transaction_state', 1, [1, 2, 3])], insync(1), [1, 2, 3], 'kafka')).toMatchObject([
      {
        what: "replicas of Kafka's internal topics",
        hint: 'kafka-configs.sh --bootstrap-server k1:9092,k2:9092 --alter --entity-type topics --entity-name __transaction_state --add-config min.insync.replicas=2',
      },
    ]);
  });
});

describe('health', () => {
  test('an offline replica is a warning that names its broker', () => {
    expect(run([one({ inSync: [1, 2] })], insync(2), [1, 2])).toMatchObject([
      { severity: 'warn', detail: 'prices: replicas are lagging or offline', hint: 'Start broker 3 again.' },
    ]);
  });

  test('a lagging replica on a running broker has to catch up', () => {
    expect(run([one({ inSync: [1, 2] })], insync(2))[0]?.hint).toContain('caught up');
  });

  test('fewer in-sync replicas than required are an error', () => {
    expect(run([one({ inSync: [1] })], insync(2), [1])).toMatchObject([
      { severity: 'error', hint: 'Start brokers 2, 3 again.' },
    ]);
  });

  test('a partition without a leader is an error that names the brokers to start', () => {
    for (const inSync of [[2], []])
      expect(run([one({ leader: -1, replicas: [2], inSync })], insync(1), [1])).toMatchObject([
        {
          severity: 'error',
          detail: 'prices: partitions without a leader cannot be read or written',
          hint: 'Start broker 2 again.',
        },
      ]);
  });
});
