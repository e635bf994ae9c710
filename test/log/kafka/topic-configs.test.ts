import { describe, expect, test } from 'vitest';
import { configsOf, sameConfig, settingsOf } from '../../../src/log/kafka/topic-configs.ts';

const HOUR = 3_600_000;

describe('topic settings as Kafka configs', () => {
  test('retention of a day becomes delete', () =>
    expect(configsOf({ partitions: 3, retentionMs: 24 * HOUR, compacted: false })).toEqual({
      'cleanup.policy': 'delete',
      'retention.ms': '86400000',
    }));

  test('unlimited retention with compaction becomes compact', () =>
    expect(configsOf({ partitions: 3, retentionMs: undefined, compacted: true })).toEqual({
      'cleanup.policy': 'compact',
      'retention.ms': '-1',
    }));

  test('retention with compaction becomes compact,delete', () =>
    expect(configsOf({ partitions: 1, retentionMs: 48 * HOUR, compacted: true })['cleanup.policy']).toBe(
      'compact,delete',
    ));

  test('explicit Kafka configs win', () =>
    expect(
      configsOf({ partitions: 1, retentionMs: HOUR, compacted: false, config: { 'retention.ms': '5' } }),
    ).toEqual({ 'cleanup.policy': 'delete', 'retention.ms': '5' }));

  test('configs convert back to settings', () => {
    for (const settings of [
      { retentionMs: 24 * HOUR, compacted: false },
      { retentionMs: undefined, compacted: false },
      { retentionMs: undefined, compacted: true },
      { retentionMs: 48 * HOUR, compacted: true },
    ])
      expect(settingsOf(configsOf({ partitions: 1, ...settings }))).toEqual(settings);
  });

  test('a compact-only topic has no retention', () =>
    expect(
      settingsOf({ 'cleanup.policy': 'compact', 'retention.ms': '86400000' }).retentionMs,
    ).toBeUndefined());
});

describe('config comparison', () => {
  test('the order of cleanup policies is ignored', () =>
    expect(sameConfig('cleanup.policy', 'delete, compact', 'compact,delete')).toBe(true));
  test('number spelling is ignored', () =>
    expect(sameConfig('min.cleanable.dirty.ratio', '0.001', '1.0E-3')).toBe(true));
  test('different numbers differ', () => expect(sameConfig('segment.ms', '10000', '1000')).toBe(false));
  test('an empty value is not zero', () => expect(sameConfig('retention.ms', '', '0')).toBe(false));
});
