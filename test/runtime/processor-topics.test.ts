import { beforeEach, expect, test } from 'vitest';
import type { Log } from '../../src/log/log.ts';
import { prepareTopics } from '../../src/runtime/processor-topics.ts';
import { handClock } from '../hand-clock.ts';
import { temporaryLog } from '../log/local/temporary.ts';

let log: Log;
beforeEach(async () => {
  log = await temporaryLog(handClock());
});

const topics = {
  inputs: ['mine', 'yours'].map((actual) => ({ topic: 'tweets', actual })),
  output: { topic: 'tweets-processed', actual: '{lang}_tweets' },
  decisions: 'fate',
  singlePartitionFlag: undefined,
};
const counts = async () =>
  Object.fromEntries((await log.topics()).map(({ name, partitions }) => [name, partitions]));

test('missing topics get the defaults of their declared names; templates are skipped', async () => {
  await prepareTopics(log, topics);
  expect(await counts()).toEqual({ mine: 3, yours: 3, fate: 3, late: 1, rejects: 1 });
});

test('inputs are created with one partition if one task must see all records', async () => {
  await prepareTopics(log, { ...topics, singlePartitionFlag: '--x' });
  expect(await counts()).toMatchObject({ mine: 1, yours: 1 });
});

test('an existing input with more partitions is rejected with a hint', async () => {
  await log.createTopic('yours', { partitions: 3, retentionMs: undefined, compacted: false });
  await expect(prepareTopics(log, { ...topics, singlePartitionFlag: '--x' })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('topic yours has 3 partitions'),
    hint: expect.stringContaining('cryptopipe topics create NAME --partitions 1'),
  });
});

test('a missing input is created with as many partitions as an existing one', async () => {
  await log.createTopic('yours', { partitions: 5, retentionMs: undefined, compacted: false });
  await prepareTopics(log, topics);
  expect(await counts()).toMatchObject({ mine: 5, yours: 5, fate: 3 });
});
