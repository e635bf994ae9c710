import { describe, expect, test } from 'vitest';
import { configsOf, sameConfig, settingsOf } from '../../../src/log/kafka/topic-configs.ts';

const HOUR = 3_600_000;

describe('the settings of a topic in the words of Kafka', () => {
  test('kept for a day: deleted after it', () =>
    expect(configsOf({ partitions: 3, retentionMs: 24 * HOUR, compacted: false })).toEqual({
      'cleanup.policy': 'delete',
      'retention.ms': '86400000',
    }));

  test('kept for good and compacted: never deleted', () =>
    expect(configsOf({ partitions: 3, retentionMs: undefined, compacted: true })).toEqual({
      'cleanup.policy': 'compact',
      'retention.ms': '-1',
    }));

  test('compacted and kept for two days: both', () =>
    expect(configsOf({ partitions: 1, retentionMs: 48 * HOUR, compacted: true })['cleanup.policy']).toBe(
      'compact,delete',
    ));

  test("what is given in Kafka's own words wins", () =>
    expect(
      configsOf({ partitions: 1, retentionMs: HOUR, compacted: false, config: { 'retention.ms': '5' } }),
    ).toEqual({ 'cleanup.policy': 'delete', 'retention.ms': '5' }));

  test('and back again', () => {
    for (const settings of [
      { retentionMs: 24 * HOUR, compacted: false },
      { retentionMs: undefined, compacted: false },
      { retentionMs: undefined, compacted: true },
      { retentionMs: 48 * HOUR, compacted: true },
    ])
      expect(settingsOf(configsOf({ partitions: 1, ...settings }))).toEqual(settings);
  });

  test('the retention of a topic that is compacted only is none', () =>
    expect(
      settingsOf({ 'cleanup.policy': 'compact', 'retention.ms': '86400000' }).retentionMs,
    ).toBeUndefined());
});

describe('whether two settings are the same', () => {
  test('the order of policies says nothing', () =>
    expect(sameConfig('cleanup.policy', 'delete, compact', 'compact,delete')).toBe(true));
  test('nor does how a number is written', () =>
    expect(sameConfig('min.cleanable.dirty.ratio', '0.001', '1.0E-3')).toBe(true));
  test('other numbers differ', () => expect(sameConfig('segment.ms', '10000', '1000')).toBe(false));
  test('an empty text is not zero', () => expect(sameConfig('retention.ms', '', '0')).toBe(false));
});
