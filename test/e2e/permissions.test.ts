import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sandbox, succeed } from './cli.ts';

const { path, run } = sandbox();

/** Permissions of a folder and of all in it, each once: `d700` of folders, `-600` of files. */
function permissions(...folders: string[]): string[] {
  const all = folders.flatMap((folder) =>
    ['']
      .concat(readdirSync(path(folder), { recursive: true, encoding: 'utf8' }))
      .map((name) => join(path(folder), name)),
  );
  const found = all.map((name) => {
    const stats = statSync(name);
    return `${stats.isDirectory() ? 'd' : '-'}${(stats.mode & 0o777).toString(8)}`;
  });
  return [...new Set(found)].sort();
}

test.skipIf(process.platform === 'win32')(
  'only their owner can read bus, state and lake, unless --mode says otherwise',
  { timeout: 60_000 },
  async () => {
    const quote = { base: 'btc', quote: 'usdt', price: 1, time: '2026-03-02T10:00:00Z' };
    writeFileSync(path('a.jsonl'), `${JSON.stringify(quote)}\n`);
    const pipeline = async (name: string, ...mode: string[]) => {
      const bus = ['--bus', `local:${name}/bus`, ...mode];
      await succeed(run(['produce', 'prices', '--source', 'file', '--file', 'a.jsonl', ...bus]));
      await succeed(run(['process', 'join', '--once', ...bus]));
      await succeed(run(['sink', 'file', '--topics', 'prices', '--once', '--dir', `${name}/lake`, ...bus]));
      return permissions(name);
    };
    expect(await pipeline('own')).toEqual(['-600', 'd700']);
    expect(await pipeline('shared', '--mode', '640')).toEqual(['-640', 'd750']);
  },
);
