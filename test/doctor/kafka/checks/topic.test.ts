import { describe, expect, test } from 'vitest';
import { checkStateTopics, checkTopic } from '../../../../src/doctor/kafka/checks/topic.ts';
import type { TopicDependency } from '../../../../src/doctor/kafka/dependencies.ts';
import { BUS, byName, HOUR, hints, topic } from '../fakes.ts';

const prices: TopicDependency = {
  name: 'prices',
  defaults: { partitions: 3, retentionMs: 24 * HOUR, compacted: false },
  keep: { ms: 630_000, why: 'candles (window 10m, lateness 30s)' },
};
const candles: TopicDependency = {
  name: 'candles',
  defaults: { partitions: 3, retentionMs: undefined, compacted: true },
};
const deleting = (retentionMs: number, more = {}) => ({
  'cleanup.policy': 'delete',
  'retention.ms': String(retentionMs),
  ...more,
});
const run = (need: TopicDependency, configs?: Record<string, string>) =>
  checkTopic(need, topic(need.name, 3), configs, hints);

describe('pipeline topic', () => {
  test('a topic with its default settings passes', () => {
    expect(run(prices, deleting(24 * HOUR))).toEqual([
      { severity: 'ok', what: 'topic prices', detail: '3 partitions, kept 1d' },
    ]);
    expect(run(candles, { 'cleanup.policy': 'compact', 'retention.ms': '604800000' })).toEqual([
      { severity: 'ok', what: 'topic candles', detail: '3 partitions, kept forever, compacted' },
    ]);
  });

  test('a missing topic will be created', () => {
    expect(checkTopic(prices, undefined, undefined, hints)).toEqual([
      {
        severity: 'ok',
        what: 'topic prices',
        detail: 'does not exist yet; will be created with 3 partitions, kept 1d',
      },
    ]);
  });

  test('retention one millisecond shorter than window plus lateness is an error that suggests the default', () => {
    expect(run(prices, deleting(630_000))).toMatchObject([{ severity: 'ok' }]);
    expect(run(prices, deleting(629_999))).toEqual([
      {
        severity: 'error',
        what: 'topic prices',
        detail:
          'kept 10m29s999ms, but candles (window 10m, lateness 30s) needs 10m30s: records expire before they are used',
        hint: `cryptopipe topics create prices --retention 1d --update ${BUS}`,
      },
    ]);
  });

  test('windows longer than the default retention suggest twice their length', () => {
    const weekly = { ...prices, keep: { ms: 168 * HOUR, why: 'candles (window 7d)' } };
    expect(run(weekly, deleting(24 * HOUR))[0]?.hint).toContain('--retention 14d --update');
  });

  test('a topic that is kept forever passes', () => {
    expect(run(prices, deleting(-1))).toMatchObject([
      { severity: 'ok', detail: '3 partitions, kept forever' },
    ]);
  });

  test('a size limit is a warning', () => {
    expect(run(prices, deleting(24 * HOUR, { 'retention.bytes': '1048576' }))).toMatchObject([
      { severity: 'warn', detail: expect.stringContaining('1MB a partition') },
    ]);
  });

  test('wrong compaction is a warning in both directions', () => {
    expect(run(candles, deleting(HOUR))).toMatchObject([
      { severity: 'warn', hint: `cryptopipe topics create candles --compact --update ${BUS}` },
    ]);
    expect(run(prices, { 'cleanup.policy': 'compact' })).toMatchObject([
      {
        severity: 'warn',
        hint: `cryptopipe topics create prices --config cleanup.policy=delete --update ${BUS}`,
      },
    ]);
  });

  test('topic settings that cannot be read are a warning with the command that grants access', () => {
    expect(run(prices)).toMatchObject([
      {
        severity: 'warn',
        hint: expect.stringContaining('kafka-acls.sh --bootstrap-server k1:9092,k2:9092 --add'),
      },
    ]);
  });
});

describe('state topic', () => {
  const name = 'cryptopipe.candles.state';
  const state = (configs: Record<string, string>) =>
    checkStateTopics([name], byName(topic(name, 3)), new Map([[name, configs]]), hints);

  test('a state topic that is compacted and kept forever passes', () => {
    expect(state({ 'cleanup.policy': 'compact' })).toMatchObject([{ severity: 'ok', what: `topic ${name}` }]);
  });

  test('a state topic with time-based deletion is an error, compacted or not', () => {
    for (const policy of ['delete', 'compact,delete'])
      expect(state({ 'cleanup.policy': policy, 'retention.ms': '604800000' })).toMatchObject([
        {
          severity: 'error',
          detail: expect.stringContaining('older than 7d is deleted'),
          hint: `cryptopipe topics create ${name} --retention forever --compact --update ${BUS}`,
        },
      ]);
  });

  test('a state topic without compaction is a warning', () => {
    expect(state({ 'cleanup.policy': 'delete', 'retention.ms': '-1' })).toMatchObject([{ severity: 'warn' }]);
  });

  test('missing state topics pass as one check', () => {
    expect(checkStateTopics(['a.b.state', 'a.places'], byName(), new Map(), hints)).toEqual([
      {
        severity: 'ok',
        what: 'state topics',
        detail: 'not created yet; the first run creates a.b.state, a.places',
      },
    ]);
  });
});
