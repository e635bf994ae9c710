import { describe, expect, test } from 'vitest';
import { judgeCopies } from '../../../../src/doctor/kafka/checks/replicas.ts';
import type { SeenTopic } from '../../../../src/doctor/kafka/observed.ts';
import { BUS, remedies, topic } from '../fakes.ts';

const judge = (
  topics: readonly SeenTopic[],
  configs: Record<string, string>,
  alive: readonly number[] = [1, 2, 3],
  owner: 'pipeline' | 'kafka' = 'pipeline',
) => judgeCopies(topics, new Map(topics.map(({ name }) => [name, configs])), new Set(alive), owner, remedies);
const insync = (least: number) => ({ 'min.insync.replicas': String(least) });

/** Partition 0 of a topic with these facts. */
const one = (facts: Partial<SeenTopic['partitions'][number]>): SeenTopic => ({
  name: 'prices',
  partitions: [{ partition: 0, leader: 1, replicas: [1, 2, 3], inSync: [1, 2, 3], ...facts }],
});

describe('copies', () => {
  test('three, two of which must be complete, are fine', () => {
    expect(judge([topic('prices', 3, [1, 2, 3])], insync(2))).toEqual([
      { verdict: 'ok', what: 'copies', detail: '1 topic: 3 copies, 2 must be complete' },
    ]);
  });

  test('one is fine on one broker or two, and warned of on three', () => {
    expect(judge([topic('prices', 3)], insync(1), [1])).toMatchObject([{ verdict: 'ok' }]);
    expect(judge([topic('prices', 3)], insync(1), [1, 2])).toMatchObject([{ verdict: 'ok' }]);
    expect(judge([topic('prices', 3)], insync(1))).toMatchObject([
      { verdict: 'warn', detail: 'prices: 1 copy on 3 brokers: it is gone when its broker is' },
    ]);
  });

  test('the same trouble of several topics is one finding, with one command for all', () => {
    const topics = ['prices', 'candles'].map((name) => topic(name, 1, [1, 2, 3]));
    expect(judge(topics, insync(1))).toEqual([
      {
        verdict: 'warn',
        what: 'copies',
        detail:
          'prices, candles: min.insync.replicas 1 of 3 copies: an acknowledged record may be in one alone',
        hint: `for t in prices candles; do cryptopipe topics create $t --config min.insync.replicas=2 --update ${BUS}; done`,
      },
    ]);
  });

  test('all of which must be complete are warned of, unless there is one alone', () => {
    for (const least of [3, 4])
      expect(judge([topic('prices', 1, [1, 2, 3])], insync(least))).toMatchObject([
        { verdict: 'warn', hint: expect.stringContaining('min.insync.replicas=2') },
      ]);
    expect(judge([topic('prices', 1, [1])], insync(2), [1])).toMatchObject([{ verdict: 'ok' }]);
  });

  test('an unclean election is bad where there are copies to elect', () => {
    const unclean = { 'unclean.leader.election.enable': 'true' };
    expect(judge([topic('a', 1, [1])], { ...insync(1), ...unclean }, [1])).toMatchObject([{ verdict: 'ok' }]);
    expect(judge([topic('a', 1, [1, 2, 3])], { ...insync(2), ...unclean })).toMatchObject([
      { verdict: 'bad', hint: expect.stringContaining('unclean.leader.election.enable=false') },
    ]);
  });

  test("Kafka's own topics are mended with Kafka's tool", () => {
    expect(judge([topic('__transaction_state', 1, [1, 2, 3])], insync(1), [1, 2, 3], 'kafka')).toMatchObject([
      {
        what: "copies of Kafka's own",
        hint: 'kafka-configs.sh --bootstrap-server k1:9092,k2:9092 --alter --entity-type topics --entity-name __transaction_state --add-config min.insync.replicas=2',
      },
    ]);
  });
});

describe('health', () => {
  test('a copy that is away is warned of, and its broker named', () => {
    expect(judge([one({ inSync: [1, 2] })], insync(2), [1, 2])).toMatchObject([
      { verdict: 'warn', detail: 'prices: copies that lag or are away', hint: 'Start broker 3 again.' },
    ]);
  });

  test('a copy that lags on a broker that is there has to catch up', () => {
    expect(judge([one({ inSync: [1, 2] })], insync(2))[0]?.hint).toContain('caught up');
  });

  test('too few complete copies are bad', () => {
    expect(judge([one({ inSync: [1] })], insync(2), [1])).toMatchObject([
      { verdict: 'bad', hint: 'Start brokers 2, 3 again.' },
    ]);
  });

  test('no leader is bad; whoever had the copies is to start again', () => {
    for (const inSync of [[2], []])
      expect(judge([one({ leader: -1, replicas: [2], inSync })], insync(1), [1])).toMatchObject([
        {
          verdict: 'bad',
          detail: 'prices: partitions without a leader: nobody can write or read them',
          hint: 'Start broker 2 again.',
        },
      ]);
  });
});
