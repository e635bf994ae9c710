import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scoreCommand } from '../../../src/cli/process/score-command.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { scratch } from '../../sinks/lake/scratch.ts';
import { handClock, nextTurn } from '../fakes.ts';

/** A program that answers each line by `body`, in which `id`, `text`, `count` and `folder` are known. */
function program(body: string): { command: string; folder: string } {
  const folder = scratch();
  const file = join(folder, 'score.cjs');
  writeFileSync(
    file,
    `const fs = require('node:fs');
const folder = ${JSON.stringify(folder)};
let count = 0;
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, text } = JSON.parse(line);
  count++;
  ${body}
});`,
  );
  return { command: `'${process.execPath}' '${file}'`, folder };
}

const answer = `console.log(JSON.stringify({ id, score: text.length / 1000 }));`;
const open = (command: string, clock: Parameters<typeof scoreCommand>[1]['clock'] = systemClock) => {
  const warnings: string[] = [];
  const scorer = scoreCommand(command, { clock, warn: (text) => warnings.push(text) });
  return { scorer, warnings };
};

test('a command scores texts in their order, in batches of 256', async () => {
  const { scorer } = open(program(answer).command);
  const texts = Array.from({ length: 600 }, (_, at) => 'x'.repeat(at));
  expect(await scorer.scores(texts)).toEqual(texts.map(({ length }) => length / 1000));
  expect(await scorer.scores(['line\nbreak'])).toEqual([0.01]);
  expect(scorer.counts()).toEqual({ texts: 601, batches: 4, restarts: 0 });
  expect(scorer.name).toMatch(/^command\+[0-9a-f]{8}$/);
  scorer.close();
});

test('a command that ends is started again, and no text is lost or doubled', async () => {
  const { command, folder } = program(
    `if (count === 3 && !fs.existsSync(folder + '/died')) { fs.writeFileSync(folder + '/died', ''); process.exit(1); }
  ${answer}`,
  );
  const { scorer, warnings } = open(command);
  expect(await scorer.scores(['a', 'bb', 'ccc', 'dddd'])).toEqual([0.001, 0.002, 0.003, 0.004]);
  expect(existsSync(join(folder, 'died'))).toBe(true);
  expect(scorer.counts()).toEqual({ texts: 4, batches: 1, restarts: 1 });
  expect(warnings).toEqual([expect.stringContaining('ended before it had answered')]);
  scorer.close();
});

test('a command that always ends stops the run after three tries', async () => {
  const { scorer } = open('exit 3');
  await expect(scorer.scores(['a'])).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('3 times'),
  });
  expect(scorer.counts().restarts).toBe(2);
});

test('a command that does not answer within two minutes is started again', async () => {
  const { clock, turn, sleeping } = handClock();
  const { scorer, warnings } = open(program('').command, clock);
  const scores = scorer.scores(['a']).catch((error: Error) => error.message);
  for (let tries = 0; tries < 3; tries++) {
    while (sleeping() === 0) await nextTurn();
    await turn(120_000);
  }
  expect(await scores).toContain('took longer than 120 s for 1 texts, 3 times');
  expect(warnings).toHaveLength(2);
});

test.each([
  ['console.log("hello")', /not JSON/],
  ['console.log(JSON.stringify({ id: id + 1, score: 0 }))', /answer to id 0 was expected/],
  ['console.log(JSON.stringify({ id, score: 2 }))', /no number from -1 to 1/],
  ['console.log(JSON.stringify({ id, score: null }))', /no number from -1 to 1/],
])('an answer that is none stops the run: %s', async (body, why) => {
  const { scorer } = open(program(body).command);
  await expect(scorer.scores(['a'])).rejects.toThrow(why);
});

test('several callers are answered one after the other', async () => {
  const { scorer } = open(program(answer).command);
  const lengths = [3, 300, 0, 7];
  const all = await Promise.all(
    lengths.map((length) => scorer.scores(Array.from({ length }, (_, at) => 'x'.repeat(at)))),
  );
  expect(all).toEqual(lengths.map((length) => Array.from({ length }, (_, at) => at / 1000)));
  expect(scorer.counts()).toEqual({ texts: 310, batches: 4, restarts: 0 });
  scorer.close();
});

test('what is asked of a closed command is rejected, and no process is started again', async () => {
  const { scorer, warnings } = open(program(`if (text !== 'never') ${answer}`).command);
  await scorer.scores(['a']);
  const pending = scorer.scores(['never']);
  await nextTurn();
  scorer.close();
  await expect(pending).rejects.toThrow();
  await expect(scorer.scores(['b'])).rejects.toThrow('has been closed');
  expect([scorer.counts().restarts, warnings]).toEqual([0, []]);
});
