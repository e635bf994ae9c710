import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { inspect, Surveys } from '../../../src/sources/file/inspect.ts';
import { surveyFile } from '../../../src/sources/file/survey.ts';
import { temporaryFolder } from '../folder.ts';

const { folder: dir, write } = temporaryFolder();
const HEADER = 'time,price\n1748736000,1\n';
const prices = (given: { base?: string; quote?: string; format?: 'quotes' | 'ticks' }) => ({
  table: {
    format: given.format ?? ('auto' as const),
    base: given.base,
    quote: given.quote,
    intervalMs: 0,
  },
  delimiter: undefined,
  latest: Date.UTC(2026, 0),
});
const posts = { ...prices({}), table: undefined };
const PAIR = { base: 'btc', quote: 'usdt' };
const nameless = (path: string, flags: string) =>
  `--file ${path}: the file does not name its currencies: add ${flags}`;

test('a CSV wants both currencies, and only those not given are asked for', async () => {
  const csv = write(HEADER, 'a.txt');
  expect(await inspect([csv], prices({}))).toEqual([nameless(csv, '--base btc --quote usdt')]);
  expect(await inspect([csv], prices({ base: 'btc' }))).toEqual([nameless(csv, '--quote usdt')]);
  expect(await inspect([csv], prices({ quote: 'usdt' }))).toEqual([nameless(csv, '--base btc')]);
  expect(await inspect([csv], prices(PAIR))).toEqual([]);
});

test.each([
  ['gzip', write(gzipSync(HEADER), 'a.csv.gz')],
  ['one that begins with a mark and blanks', write(`\uFEFF\n${HEADER}`, 'bom')],
])('%s is a CSV, too', async (_, path) => {
  expect(await inspect([path], prices({ base: 'btc' }))).toEqual([nameless(path, '--quote usdt')]);
});

test('a file that is not there is a problem', async () => {
  const path = join(dir, 'none.csv');
  expect(await inspect([path], prices({ base: 'btc' }))).toEqual([
    `--file ${path}: there is no such file. Check the path; it is relative to the current folder.`,
  ]);
});

test('JSON lines of quotes name their own; posts and standard input are not asked', async () => {
  expect(
    await inspect(
      [write('{"base":"btc","quote":"usdt","price":1,"time":1748736000}\n', 'q.jsonl')],
      prices({}),
    ),
  ).toEqual([]);
  expect(await inspect([write('', 'q.csv')], prices({ format: 'quotes' }))).toEqual([]);
  expect(await inspect([write('{"id_str":"1","text":"a"}\n', 'p.jsonl')], posts)).toEqual([]);
  expect(await inspect(['-'], prices({}))).toEqual([]);
  expect(await inspect(['-'], prices({ format: 'ticks' }))).toEqual([]);
});

test('a folder and a binary file are refused', async () => {
  mkdirSync(join(dir, 'd'));
  expect(await inspect([join(dir, 'd')], posts)).toEqual([expect.stringContaining('it is a folder')]);
  expect(await inspect([write(Buffer.from([1, 0, 2]), 'b')], posts)).toEqual([
    expect.stringContaining('is a binary file'),
  ]);
});

test('a CSV of posts needs a header with time and text', async () => {
  expect(await inspect([write(HEADER, 'p.csv')], posts)).toEqual([
    expect.stringContaining('this one lacks created_at and text'),
  ]);
  expect(await inspect([write('date,text\n2025-06-01,a\n', 'p2.csv')], posts)).toEqual([]);
});

test('a file of which no row can be read is a problem, and posts are rejected one by one', async () => {
  const broken = write('{"a":\n{"b",}\n', 'broken.jsonl');
  expect(await inspect([broken], prices(PAIR))).toEqual([
    expect.stringContaining(`--file ${broken}: none of its rows can be read: not JSON`),
  ]);
  expect(await inspect([broken], posts)).toEqual([]);
});

describe('the first rows of a file that is inspected and then read', () => {
  /** Surveys that count how often they look into a file. */
  function counting() {
    const seen: string[] = [];
    const surveys = new Surveys((file, settings) => {
      seen.push(file.name);
      return surveyFile(file, settings);
    });
    return { seen, surveys };
  }

  test('the first rows of a file that is inspected and then read are looked at once, and the next time again', async () => {
    const { seen, surveys } = counting();
    const path = write(HEADER, 'once.csv');
    expect(await inspect([path], prices(PAIR), surveys)).toEqual([]);
    const later = { ...prices(PAIR), latest: Date.UTC(2026, 1) };
    expect(await surveys.take({ name: path, path }, later)).toMatchObject({ survey: { isEmpty: false } });
    expect(seen).toEqual([path]);
    await surveys.take({ name: path, path }, later);
    expect(seen).toEqual([path, path]);
  });

  test('the first rows of a file that is inspected and then read are looked at again when the file has changed, or is read with other settings', async () => {
    const { seen, surveys } = counting();
    const path = write(HEADER, 'changed.csv');
    const file = { name: path, path };
    await inspect([path], prices(PAIR), surveys);
    appendFileSync(path, '1748736060,2\n');
    await surveys.take(file, prices(PAIR));
    expect(seen).toEqual([path, path]);
    await inspect([path], prices(PAIR), surveys);
    await surveys.take(file, prices({ ...PAIR, format: 'quotes' }));
    expect(seen).toHaveLength(4);
  });
});
