import { describe, expect, test } from 'vitest';
import { judgeLasting, judgeTopic } from '../../../../src/doctor/kafka/checks/topic.ts';
import type { TopicNeed } from '../../../../src/doctor/kafka/dependencies.ts';
import { BUS, byName, HOUR, remedies, topic } from '../fakes.ts';

const prices: TopicNeed = {
  name: 'prices',
  made: { partitions: 3, retentionMs: 24 * HOUR, compacted: false },
  keep: { ms: 630_000, why: 'candles (window 10m, lateness 30s)' },
};
const candles: TopicNeed = {
  name: 'candles',
  made: { partitions: 3, retentionMs: undefined, compacted: true },
};
const deleting = (retentionMs: number, more = {}) => ({
  'cleanup.policy': 'delete',
  'retention.ms': String(retentionMs),
  ...more,
});
const judge = (need: TopicNeed, configs?: Record<string, string>) =>
  judgeTopic(need, topic(need.name, 3), configs, remedies);

describe('a topic of the pipeline', () => {
  test('that is as it would be made is fine', () => {
    expect(judge(prices, deleting(24 * HOUR))).toEqual([
      { verdict: 'ok', what: 'topic prices', detail: '3 partitions, kept 1d' },
    ]);
    expect(judge(candles, { 'cleanup.policy': 'compact', 'retention.ms': '604800000' })).toEqual([
      { verdict: 'ok', what: 'topic candles', detail: '3 partitions, kept for good, compacted' },
    ]);
  });

  test('that is not there will be made', () => {
    expect(judgeTopic(prices, undefined, undefined, remedies)).toEqual([
      {
        verdict: 'ok',
        what: 'topic prices',
        detail: 'not there yet: it will be made with 3 partitions, kept 1d',
      },
    ]);
  });

  test('that is kept one millisecond shorter than its window and lateness is bad, and told to be kept as usual', () => {
    expect(judge(prices, deleting(630_000))).toMatchObject([{ verdict: 'ok' }]);
    expect(judge(prices, deleting(629_999))).toEqual([
      {
        verdict: 'bad',
        what: 'topic prices',
        detail:
          'kept 10m29s999ms, but candles (window 10m, lateness 30s) need 10m30s: records are deleted before they are used',
        hint: `cryptopipe topics create prices --retention 1d --update ${BUS}`,
      },
    ]);
  });

  test('with windows longer than what is usual is to be kept for twice as long as they need', () => {
    const weekly = { ...prices, keep: { ms: 168 * HOUR, why: 'candles (window 7d)' } };
    expect(judge(weekly, deleting(24 * HOUR))[0]?.hint).toContain('--retention 14d --update');
  });

  test('that is kept for good is kept long enough', () => {
    expect(judge(prices, deleting(-1))).toMatchObject([
      { verdict: 'ok', detail: '3 partitions, kept for good' },
    ]);
  });

  test('that is bounded by bytes as well is warned of', () => {
    expect(judge(prices, deleting(24 * HOUR, { 'retention.bytes': '1048576' }))).toMatchObject([
      { verdict: 'warn', detail: expect.stringContaining('1MB a partition') },
    ]);
  });

  test('that should be compacted and is not is warned of, and the other way round', () => {
    expect(judge(candles, deleting(HOUR))).toMatchObject([
      { verdict: 'warn', hint: `cryptopipe topics create candles --compact --update ${BUS}` },
    ]);
    expect(judge(prices, { 'cleanup.policy': 'compact' })).toMatchObject([
      {
        verdict: 'warn',
        hint: `cryptopipe topics create prices --config cleanup.policy=delete --update ${BUS}`,
      },
    ]);
  });

  test('whose settings may not be seen is warned of, with the right to give', () => {
    expect(judge(prices)).toMatchObject([
      {
        verdict: 'warn',
        hint: expect.stringContaining('kafka-acls.sh --bootstrap-server k1:9092,k2:9092 --add'),
      },
    ]);
  });
});

describe('a topic of state', () => {
  const name = 'cryptopipe.candles.state';
  const state = (configs: Record<string, string>) =>
    judgeLasting([name], byName(topic(name, 3)), new Map([[name, configs]]), remedies);

  test('that is compacted and kept for good is fine', () => {
    expect(state({ 'cleanup.policy': 'compact' })).toMatchObject([{ verdict: 'ok', what: `topic ${name}` }]);
  });

  test('that loses what is old is bad, compacted or not', () => {
    for (const policy of ['delete', 'compact,delete'])
      expect(state({ 'cleanup.policy': policy, 'retention.ms': '604800000' })).toMatchObject([
        {
          verdict: 'bad',
          detail: expect.stringContaining('not written for 7d is deleted'),
          hint: `cryptopipe topics create ${name} --retention forever --compact --update ${BUS}`,
        },
      ]);
  });

  test('that only grows is warned of', () => {
    expect(state({ 'cleanup.policy': 'delete', 'retention.ms': '-1' })).toMatchObject([{ verdict: 'warn' }]);
  });

  test('that is not there yet is fine; all of them are one finding', () => {
    expect(judgeLasting(['a.b.state', 'a.places'], byName(), new Map(), remedies)).toEqual([
      {
        verdict: 'ok',
        what: 'state and places',
        detail: 'not there yet, the first run makes them: a.b.state, a.places',
      },
    ]);
  });
});
