import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expandFiles } from '../../../src/sources/file/paths.ts';
import { barsOf, importPosts, importPrices, sourceHarness } from '../collect.ts';
import { temporaryFolder } from '../folder.ts';

const { folder, write } = temporaryFolder();
const bar = (minute: number) => `${1_748_736_000 + minute * 60},1,3,1,2\n`;
const bars = (...minutes: readonly number[]) => `time,open,high,low,close\n${minutes.map(bar).join('')}`;
for (const name of ['d', 'd/2', 'd/10', 'e']) mkdirSync(join(folder, name));
write(bars(4, 5), 'd/a10.csv');
write(bars(2, 3), 'd/a9.csv');
write(bars(6, 7), 'd/2/b.csv');
write(bars(0, 1), 'd/10/b.csv.gz');
write('x', 'd/.hidden.csv');
write('x', 'd/notes.doc');

const namesOf = async (...given: readonly string[]) => {
  const { files, problems } = await expandFiles(given.map((one) => join(folder, one)));
  return [files.map(({ name }) => name.slice(folder.length + 1)), problems];
};

test('a folder gives its files of known endings, by name', async () => {
  expect(await namesOf('d')).toEqual([['d/a9.csv', 'd/a10.csv'], []]);
});

test.each([
  ['d/*.csv', ['d/a9.csv', 'd/a10.csv']],
  ['d/a?.csv', ['d/a9.csv']],
  ['d/*/b.csv*', ['d/2/b.csv', 'd/10/b.csv.gz']],
  ['*/a9.c?v', ['d/a9.csv']],
])('the pattern %s gives %j', async (pattern, names) => {
  expect(await namesOf(pattern)).toEqual([names, []]);
});

test('a pattern that matches nothing and an empty folder are problems', async () => {
  expect(await namesOf('d/*.parquet', 'e', 'd/(a).csv?')).toEqual([
    [],
    [
      `--file ${folder}/d/*.parquet: no file matches this pattern`,
      expect.stringContaining('it is a folder without files to read'),
      `--file ${folder}/d/(a).csv?: no file matches this pattern`,
    ],
  ]);
});

test('a file that is named twice, or by a link, is read once', async () => {
  symlinkSync(join(folder, 'd/a9.csv'), join(folder, 'd/link.csv'));
  expect(await namesOf('d/a9.csv', 'd/*9.csv', 'd/link.csv')).toEqual([['d/a9.csv'], []]);
});

test('several files are read in the order of their first times, each from its own position', async () => {
  const around = sourceHarness();
  const named = { file: ['d/a10.csv', 'd/2/b.csv', 'd/a9.csv'].map((name) => join(folder, name)) };
  const starts = async () =>
    barsOf((await importPrices('', around, named)).records).map(([start]) => String(start).slice(14, 16));
  expect(await starts()).toEqual(['02', '03', '04', '05', '06', '07']);
  expect(await starts()).toEqual([]);
  write(bars(2, 3, 8), 'd/a9.csv');
  expect(await starts()).toEqual(['08']);
  expect(around.infos.filter((line) => line.includes('1m bars of btc/usdt'))).toHaveLength(9);
});

test('posts of several files come in the order of their first posts', async () => {
  const post = (id: number, time: string) =>
    `{"id_str":"${id}","text":"a","created_at":"2025-06-01T${time}:00.000Z"}\n`;
  const later = write(post(1, '11:00') + post(2, '11:01'));
  const sooner = write(post(3, '10:00'));
  const { records } = await importPosts('', sourceHarness(), { file: [later, sooner] });
  expect(records.map(({ key }) => key)).toEqual(['3', '1', '2']);
});
