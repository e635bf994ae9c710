import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { scoreCommand } from '../../src/cli/process/score-command.ts';
import type { Log } from '../../src/log/log.ts';
import { select } from '../../src/processors/select.ts';
import type { StageScorer } from '../../src/runtime/input/scores-ahead.ts';
import { processorStage } from '../../src/runtime/processor-stage.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { defaults } from '../bench/kit.ts';
import { temporaryLog } from '../log/local/temporary.ts';
import { scratch } from '../sinks/lake/scratch.ts';

let log: Log;
beforeEach(async () => {
  log = await temporaryLog(systemClock);
});

const stageOf = (scorer: StageScorer, changes: object = {}, topics = ['tweets']) =>
  processorStage({
    log,
    processor: select,
    settings: defaults(select.options, { sentimentCommand: 'given', ...changes }),
    app: 'app',
    renames: new Map([['tweets', topics]]),
    exclusive: true,
    inTurn: false,
    commitEveryMs: 20,
    clock: systemClock,
    reporter: { info: () => {}, warn: () => {} },
    scorer,
  });

async function once(...given: Parameters<typeof stageOf>) {
  const stage = stageOf(...given);
  await stage.start();
  try {
    await Promise.race([stage.finish('clock'), stage.failed]);
  } catch (error) {
    await stage.stop();
    throw error;
  }
  return stage.stats;
}

/** Scores a text by its length, and writes down what is asked. */
function fakeScorer(answer = async (texts: readonly string[]) => texts.map(({ length }) => length / 1000)) {
  const asked: (readonly string[])[] = [];
  const scorer: StageScorer = {
    name: 'mine/1',
    scores: (texts) => {
      asked.push(texts);
      return answer(texts);
    },
    counts: () => ({ texts: asked.flat().length, batches: asked.length, restarts: 0 }),
    close: () => {},
  };
  return { scorer, asked };
}

const post = (id: number, text: string, at = id) =>
  JSON.stringify({
    data: { id: String(id), text, created_at: new Date(1_772_445_600_000 + at * 1000).toISOString() },
  });
const fill = (topic: string, values: readonly string[]) =>
  log.append(
    values.map((value, at) => ({ topic, partitionKey: `${at % 7}`, key: null, value, headers: {} })),
  );

/** The score of each post that was written, in order of ids. */
async function written(): Promise<[id: number, score: number][]> {
  const found: [number, number][] = [];
  for (const { partition } of (await log.describe('tweets-processed'))?.partitionInfos ?? [])
    for await (const { records } of log.read('tweets-processed', partition, 0))
      for (const { value } of records.filter((record) => record.value !== null)) {
        const { id, sentiment_score } = JSON.parse(value!) as { id: string; sentiment_score: number };
        found.push([Number(id), sentiment_score]);
      }
  return found.sort(([a], [b]) => a - b);
}

test('each record gets the score of its own text, whatever is between the posts', async () => {
  const one = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('btc', 'eth rises', 'bitcoin falls today', 'btc') },
    { weight: 2, arbitrary: fc.constantFrom('no subject', '') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('not JSON', '[]', '{"data":{"delete":{"tweet":{"id":"9999"}}}}'),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 900 }), fc.boolean(), async (texts, areTwo) => {
      log = await temporaryLog(systemClock);
      const values = texts.map((text, id) => (/^[[{n]/.test(text) ? text : post(id + 1, text)));
      const topics = areTwo ? ['tweets', 'more'] : ['tweets'];
      for (const [at, topic] of topics.entries())
        await fill(
          topic,
          values.filter((_, id) => id % topics.length === at),
        );
      const { scorer, asked } = fakeScorer();
      await once(scorer, {}, topics);
      const expected = texts.flatMap((text, id) =>
        /btc|eth|bitcoin/.test(text) ? [[id + 1, text.length / 1000]] : [],
      );
      expect(await written()).toEqual(expected);
      expect(asked.every((batch) => new Set(batch).size === batch.length)).toBe(true);
      expect(asked.flat()).not.toContain('no subject');
      await log.close();
    }),
    { numRuns: 12 },
  );
});

test('a scorer that fails stops the stage, and the next run writes what is left, once', async () => {
  await fill(
    'tweets',
    Array.from({ length: 900 }, (_, id) => post(id + 1, `btc ${id}`)),
  );
  let calls = 0;
  const failing = fakeScorer(async (texts) => {
    if (++calls > 3) throw new Error('no more');
    return texts.map(() => 0.5);
  });
  await expect(once(failing.scorer)).rejects.toThrow('no more');
  const first = await written();
  expect(first.length).toBeLessThan(900);
  await once(fakeScorer(async (texts) => texts.map(() => -0.5)).scorer);
  const all = await written();
  expect(all.map(([id]) => id)).toEqual(Array.from({ length: 900 }, (_, id) => id + 1));
  expect(all.filter(([, score]) => score === 0.5)).toEqual(first);
});

test('a stop does not wait for scores, and loses nothing', async () => {
  await fill('tweets', [post(1, 'btc'), post(2, 'eth')]);
  const rejects: (() => void)[] = [];
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const hanging: StageScorer = {
    ...fakeScorer().scorer,
    scores: () =>
      new Promise((_, reject) => {
        asked();
        rejects.push(() => reject(new Error('closed')));
      }),
    close: () => {
      for (const close of rejects) close();
    },
  };
  const stage = stageOf(hanging);
  await stage.start();
  await isAsked;
  await stage.stop();
  expect(await written()).toEqual([]);
  await once(fakeScorer().scorer);
  expect(await written()).toEqual([
    [1, 0.003],
    [2, 0.003],
  ]);
});

test('without fields of the sentiment nothing is scored', async () => {
  await fill('tweets', [post(1, 'btc')]);
  const { scorer, asked } = fakeScorer();
  await once(scorer, { fields: ['text'] });
  expect(asked).toEqual([]);
});

test('a program that crashes is started again, and its work is counted', async () => {
  await fill(
    'tweets',
    Array.from({ length: 700 }, (_, id) => post(id + 1, `btc ${'x'.repeat(id)}`)),
  );
  const file = join(scratch(), 'score.cjs');
  writeFileSync(
    file,
    `const fs = require('node:fs');
let count = 0;
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  if (++count === 100 && !fs.existsSync(__filename + '.died')) { fs.writeFileSync(__filename + '.died', ''); process.exit(1); }
  const { id, text } = JSON.parse(line);
  console.log(JSON.stringify({ id, score: text.length / 1000 }));
});`,
  );
  const warnings: string[] = [];
  const command = `'${process.execPath}' '${file}'`;
  const scorer = scoreCommand(command, { clock: systemClock, warn: (text) => warnings.push(text) });
  const stats = await once(scorer);
  expect(await written()).toEqual(Array.from({ length: 700 }, (_, id) => [id + 1, (id + 4) / 1000]));
  expect(stats.scored).toMatchObject({ texts: 700, restarts: 1 });
  expect(warnings).toEqual([expect.stringContaining('started again')]);
});
