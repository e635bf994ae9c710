import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommandLine } from '../../../../src/cli/app.ts';
import { readLabels } from '../../../../src/cli/commands/learn/learn-sentiment.ts';
import { readSentimentModel } from '../../../../src/market/text/sentiment.ts';
import { systemClock } from '../../../../src/runtime/system-clock.ts';
import { scratch } from '../../../sinks/lake/scratch.ts';
import { fakeIo } from '../../fakes.ts';

async function learn(...words: string[]) {
  const { io, written } = fakeIo({ clock: systemClock });
  const code = await runCommandLine(['learn', ...words], io);
  return { code, ...written };
}

const WORDS = ['sick', 'bad', 'great', 'a scam', 'wicked', 'awful'];
const LINES = Array.from({ length: 60 }, (_, at) =>
  JSON.stringify({ text: `${WORDS[at % 6]} coin ${at}`, label: at % 2 === 0 ? 'positive' : 'negative' }),
).concat(['{"text":"great coin","label":"neutral"}']);

function files() {
  const folder = scratch();
  const [labels, model] = [join(folder, 'labels.jsonl'), join(folder, 'sentiment.json')];
  writeFileSync(labels, LINES.join('\n'));
  return { labels, model };
}

test('learn --sentiment writes a model that scores as the labels say, and prints what it is worth', async () => {
  const { labels, model } = files();
  const { code, out } = await learn('--sentiment', labels, '--model', model);
  expect(code).toBe(0);
  expect(out).toMatch(/sentiment\.json: model vader\+crypto\/2\+[0-9a-f]{8}, of 61 labelled texts\./);
  expect(out).toMatch(
    /Held back, it has AUC 1\.000 \(95 % interval 0\.\d+ to 1\.000\), \d+ of 60 with the opposite/,
  );
  expect(out).toContain('process select --sentiment-model');
  const own = readSentimentModel(readFileSync(model, 'utf8'));
  expect(own.score('sick coin')).toBeGreaterThan(own.score('awful coin'));
  expect(existsSync(`${model}.new`)).toBe(false);
  const again = await learn('--sentiment', labels, '--model', model, '--json');
  expect(JSON.parse(again.out)).toMatchObject({
    model,
    name: own.name,
    held_back: { clear: 60, neutral: 1 },
  });
});

test('a file of another kind is not replaced', async () => {
  const { labels, model } = files();
  writeFileSync(model, '{"picks":[]}');
  const { code, err } = await learn('--sentiment', labels, '--model', model);
  expect(code).toBe(2);
  expect(err).toContain('not a sentiment model');
  expect(readFileSync(model, 'utf8')).toBe('{"picks":[]}');
});

test('too few labels, and picks beside labels, are usage errors', async () => {
  const { labels, model } = files();
  writeFileSync(labels, LINES.slice(0, 6).join('\n'));
  expect(await learn('--sentiment', labels, '--model', model)).toMatchObject({
    code: 2,
    err: expect.stringContaining('too few'),
  });
  const both = await learn('--sentiment', labels, '--like', labels, '--model', model);
  expect(both).toMatchObject({ code: 2, err: expect.stringContaining('another kind of model') });
  expect(existsSync(model)).toBe(false);
});

test('lines without a text or a label are named', () => {
  const text = [
    '{"text":"a","label":1}',
    '',
    '{"text":"b","label":"good"}',
    'x',
    '{"label":"positive"}',
  ].join('\n');
  expect(() => readLabels('labels.jsonl', text)).toThrow(
    /3 lines without a text and a label \(line 3, 4, 5\)/,
  );
  expect(readLabels('labels.jsonl', '{"text":"a","label":-1}\n{"text":"b","label":"neutral"}\n')).toEqual([
    { text: 'a', label: -1 },
    { text: 'b', label: 0 },
  ]);
});
