import { expect, test } from 'vitest';
import {
  newSettings,
  presetSettings,
  targetSettings,
  topicConfig,
} from '../../../../src/cli/commands/topics/requested-settings.ts';
import { PRESETS, topicDefaults } from '../../../../src/market/catalog/topics.ts';

const HOUR = 3_600_000;
const there = { name: 'prices', partitions: 6, retentionMs: HOUR, compacted: true };

test('retention and policy are parsed from --config, other settings pass through', () => {
  expect(
    topicConfig.parse('retention.ms=-1\ncleanup.policy=compact,delete\nsegment.ms=1\nfile.json'),
  ).toEqual({
    retention: { ms: undefined },
    policy: 'compact,delete',
    config: { 'segment.ms': '1' },
  });
});

test('a new topic has the requested settings, or the defaults of its name', () => {
  const { config, ...usual } = topicDefaults('prices-coinmarketcap');
  expect(newSettings('prices-coinmarketcap', { config: { 'segment.ms': '5' } })).toEqual({
    ...usual,
    replication: undefined,
    config: { ...config, 'segment.ms': '5' },
  });
  const asked = { partitions: 9, replication: 3, retention: { ms: undefined }, compacted: true, config: {} };
  expect(newSettings('mine', asked)).toEqual({
    partitions: 9,
    replication: 3,
    retentionMs: undefined,
    compacted: true,
    config: {},
  });
});

test('settings that are not requested stay unchanged', () => {
  expect(targetSettings(there, { config: { 'segment.ms': '5' } })).toEqual({
    partitions: 6,
    replication: undefined,
    retentionMs: HOUR,
    compacted: true,
    config: { 'segment.ms': '5' },
  });
  expect(targetSettings(there, { retention: { ms: 5 }, config: {} })).toMatchObject({
    retentionMs: 5,
    compacted: true,
  });
});

test("without requested settings, a pipeline topic gets the pipeline's defaults and a custom topic stays unchanged", () => {
  expect(targetSettings(there, { config: {} })).toMatchObject({
    partitions: 6,
    retentionMs: 24 * HOUR,
    compacted: false,
  });
  expect(targetSettings({ ...there, name: 'mine' }, { config: {} })).toMatchObject({
    partitions: 6,
    retentionMs: HOUR,
    compacted: true,
    config: {},
  });
});

test('a preset requests all of its settings', () => {
  const asked = presetSettings(PRESETS['lake-house'].wallex, 1);
  expect(targetSettings({ ...there, name: 'wallex' }, asked)).toEqual({
    partitions: 1,
    replication: 1,
    retentionMs: 48 * HOUR,
    compacted: false,
    config: {},
  });
});
