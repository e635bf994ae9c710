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
  undivided: undefined,
};
const counts = async () =>
  Object.fromEntries((await log.topics()).map(({ name, partitions }) => [name, partitions]));

test('topics that are not there are made like those they stand for, but for names made of records', async () => {
  await prepareTopics(log, topics);
  expect(await counts()).toEqual({ mine: 3, yours: 3, fate: 3, late: 1, rejects: 1 });
});

test('where one task must see all records, inputs are made with one partition', async () => {
  await prepareTopics(log, { ...topics, undivided: '--x' });
  expect(await counts()).toMatchObject({ mine: 1, yours: 1 });
});

test('an input that has more already is refused, with what to do', async () => {
  await log.createTopic('yours', { partitions: 3, retentionMs: undefined, compacted: false });
  await expect(prepareTopics(log, { ...topics, undivided: '--x' })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('topic yours has 3 partitions'),
    hint: expect.stringContaining('cryptopipe topics create NAME --partitions 1'),
  });
});
