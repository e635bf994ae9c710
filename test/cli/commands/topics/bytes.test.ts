import { expect, test } from 'vitest';
import { describeAsJson, describeAsText } from '../../../../src/cli/commands/topics/describe.ts';
import { jsonRow, tableRow } from '../../../../src/cli/commands/topics/list.ts';
import type { TopicDetails } from '../../../../src/log/log.ts';

const partition = (partition: number, bytes: number | undefined) => ({
  partition,
  start: 0,
  end: 5,
  records: 5,
  bytes,
  firstTime: undefined,
  lastTime: undefined,
});
const topic = (...bytes: (number | undefined)[]): TopicDetails => ({
  name: 'mine',
  partitions: bytes.length,
  retentionMs: undefined,
  compacted: false,
  partitionInfos: bytes.map((size, at) => partition(at, size)),
  groups: async () => new Map(),
});

const none = new Map();

test('bytes that the bus does not report are a dash in tables and null in JSON', () => {
  expect(tableRow(topic(10, undefined))).toEqual(['mine', '2', '10', '-', 'forever', 'no']);
  expect(jsonRow(topic(10, undefined))).toMatchObject({ records: 10, bytes: null });
  expect(describeAsText(topic(undefined), none, (title) => title)).toMatch(/^ +0 +5 +- +0 +5 +- +-$/m);
  expect(describeAsJson(topic(undefined), none)).toMatchObject({ partition_infos: [{ bytes: null }] });
});

test("a topic's bytes are the sum over its partitions", () => {
  expect(tableRow(topic(1024, 1024))).toContain('2KB');
  expect(jsonRow(topic(1, 2)).bytes).toBe(3);
});
