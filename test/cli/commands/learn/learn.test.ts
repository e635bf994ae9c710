import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommandLine } from '../../../../src/cli/app.ts';
import { systemClock } from '../../../../src/runtime/system-clock.ts';
import { processed } from '../../../market/relevance/picks.ts';
import { fakeIo } from '../../fakes.ts';
import { withLocalBus } from '../../local-bus.ts';
import { setUp } from '../../stage-commands.ts';

async function learn(...words: string[]) {
  const { io, written } = fakeIo({ clock: systemClock });
  const code = await runCommandLine(['learn', ...words], io);
  return { code, ...written };
}

/** A folder with 30 liked and 30 disliked posts, and paths in it. */
async function withFiles() {
  const { folder, ...rest } = await setUp();
  const at = (name: string) => join(folder, name);
  const file = (name: string, words: string, from: number) =>
    writeFileSync(
      at(name),
      Array.from({ length: 30 }, (_, i) => JSON.stringify(processed(String(from + i), `${words} ${i}`))).join(
        '\n',
      ),
    );
  file('liked.jsonl', 'audit of a bridge', 100);
  file('disliked.jsonl', 'meme to the moon', 200);
  return { folder, at, ...rest };
}

test('learn makes a model of two files, says what it is worth, and learns on', async () => {
  const { at } = await withFiles();
  const model = at('model.json');
  const first = await learn('--like', at('liked.jsonl'), '--dislike', at('disliked.jsonl'), '--model', model);
  expect(first.code).toBe(0);
  expect(first.out).toContain('60 picks (30 liked, 30 disliked), 60 new.');
  expect(first.out).toMatch(/Held back: AUC 1\.00 \(95 % interval 0\.8\d to 1\.00\)/);
  writeFileSync(at('more.jsonl'), JSON.stringify(processed('300', 'a new audit')));
  const more = await learn('--like', at('more.jsonl'), '--model', model, '--json');
  expect(JSON.parse(more.out)).toMatchObject({ picks: 61, added: 1, liked: 31, held_back: { auc: 1 } });
  expect(existsSync(`${model}.new`)).toBe(false);
});

test('learn finds posts on the bus by id; one that is missing or deleted stops it, and nothing is written', async () => {
  const { at, bus } = await withFiles();
  const put = (id: string, value: string | null) => ({
    topic: 'tweets-processed',
    partitionKey: value === null ? null : 'eth',
    key: id,
    value,
    headers: {},
  });
  const stored = ['1', '2'].map((id) => put(id, JSON.stringify(processed(id, `gas ${id}`))));
  await withLocalBus(bus.dir, systemClock, (log) => log.append([...stored, put('2', null)]));
  const model = at('model.json');
  const base = ['--model', model, '--bus', `local:${bus.dir}`];
  const failed = await learn('--like', '1', '--dislike', '2', '--dislike', '3', ...base);
  expect(failed.code).toBe(2);
  expect(failed.err).toContain('--dislike 2: the post was deleted');
  expect(failed.err).toContain('--dislike 3: neither a file nor the id of a post in topic tweets-processed');
  expect(existsSync(model)).toBe(false);
  expect(await learn('--like', '1', ...base)).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 pick (1'),
  });
});

test('learn names every line that is no post, and a post that is liked and disliked', async () => {
  const { at } = await withFiles();
  const model = ['--model', at('model.json')];
  writeFileSync(at('bad.jsonl'), '{"a":1}\n\nnot json\n');
  const bad = await learn('--like', at('bad.jsonl'), ...model);
  expect([bad.code, bad.err]).toEqual([
    2,
    expect.stringMatching(/2 lines are no posts \(line 1: .*; line 3: /),
  ]);
  const both = await learn('--like', at('liked.jsonl'), '--dislike', at('liked.jsonl'), ...model);
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('liked and disliked at once')]);
  expect((await learn(...model)).err).toContain('missing --like, --dislike or --sentiment');
});

test('a file that is no model stays as it is, and so does a model that another run is changing', async () => {
  const { at } = await withFiles();
  const teach = () => learn('--like', at('liked.jsonl'), '--model', at('model.json'));
  writeFileSync(at('model.json'), '{}');
  expect(await teach()).toMatchObject({ code: 2, err: expect.stringContaining('no model of schema') });
  expect(readFileSync(at('model.json'), 'utf8')).toBe('{}');
  writeFileSync(at('model.json.new'), '');
  expect(await teach()).toMatchObject({ code: 3, err: expect.stringContaining('another run is changing') });
  expect(existsSync(at('model.json.new'))).toBe(true);
});

test('select scores posts by the model, and refuses one that is none together with the other settings', async () => {
  const { at, run, values } = await withFiles();
  await learn('--like', at('liked.jsonl'), '--dislike', at('disliked.jsonl'), '--model', at('m.json'));
  writeFileSync(at('bad.json'), '{}');
  const bad = await run(`process select --relevance ${at('bad.json')} --min-relevance 2 --once`);
  expect(bad.code).toBe(2);
  expect(bad.err).toContain("--min-relevance: '2' is not a probability");
  expect(bad.err).toContain('bad.json: it is no model of schema relevance/1');
  const post = (id: string, text: string) =>
    JSON.stringify({ data: { id, text, created_at: '2026-03-02T10:00:00.000Z' } });
  writeFileSync(
    at('posts.jsonl'),
    [post('1', '$ETH audit of a bridge'), post('2', '$ETH meme to the moon')].join('\n'),
  );
  await run(`produce tweets --source file --file ${at('posts.jsonl')} --once`);
  const done = await run(`process select --relevance ${at('m.json')} --min-relevance 0.5 --once`);
  expect(done.code).toBe(0);
  expect(await values('tweets-processed')).toEqual([
    expect.objectContaining({ id: '1', relevance: expect.any(Number) }),
  ]);
});
