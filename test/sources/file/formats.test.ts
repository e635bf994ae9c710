import { createHash } from 'node:crypto';
import { createWriteStream, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import parquet from 'parquetjs-lite';
import { describe, expect, test } from 'vitest';
import { barsOf, importPosts, importPrices, rejectsOf, samplesOf, sourceHarness } from '../collect.ts';
import { temporaryFolder } from '../folder.ts';

const { folder, write } = temporaryFolder();
const FIRST = 1_748_736_000_000;
const time = (minute: number) => FIRST + minute * 60_000;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const startsOf = (records: Parameters<typeof barsOf>[0]) =>
  barsOf(records).map(([start]) => (Date.parse(String(start)) - FIRST) / 60_000);

const bar = (minute: number) => ({ date: time(minute), open: 1, high: 3, low: 0.5, close: 2, volume: 7 });
const klines = (minutes: readonly number[]) => minutes.map((minute) => [time(minute), 1, 3, 0.5, 2, 7]);

describe('JSON of bars', () => {
  test.each([
    ['an array of arrays', JSON.stringify(klines([0, 1, 2]))],
    ['an array of arrays, pretty-printed', JSON.stringify(klines([0, 1, 2]), null, 2)],
    [
      'lines of arrays',
      `${klines([0, 1, 2])
        .map((row) => JSON.stringify(row))
        .join('\n')}\n`,
    ],
    ['an array of objects', JSON.stringify([0, 1, 2].map(bar))],
    [
      'an array of objects, an element a line',
      `[\n${[0, 1, 2].map((n) => JSON.stringify(bar(n))).join(',\n')}\n]\n`,
    ],
    ['objects one after the other', [0, 1, 2].map((n) => JSON.stringify(bar(n), null, 1)).join('')],
    ['lines of objects', `${[0, 1, 2].map((n) => JSON.stringify(bar(n))).join('\n')}\n`],
    ['an answer with its rows in data', JSON.stringify({ data: [0, 1, 2].map(bar) })],
    [
      'an answer of CryptoCompare, pretty-printed',
      JSON.stringify({ Response: 'Success', Data: { Aggregated: false, Data: [0, 1, 2].map(bar) } }, null, 2),
    ],
    [
      'an answer of Kraken',
      JSON.stringify({ error: [], result: { XXBTZUSD: klines([0, 1, 2]), last: time(2) } }),
    ],
  ])('%s', async (_, text) => {
    for (const pack of [(plain: string) => plain, gzipSync]) {
      const { records } = await importPrices(write(pack(text)));
      expect(startsOf(records)).toEqual([0, 1, 2]);
    }
    expect(startsOf((await importPrices('-', sourceHarness([Buffer.from(text)]))).records)).toEqual([
      0, 1, 2,
    ]);
  });

  test('an array that grew is read on behind its last element', async () => {
    const around = sourceHarness();
    const path = write(JSON.stringify(klines([0, 1, 2]), null, 1));
    expect(startsOf((await importPrices(path, around)).records)).toEqual([0, 1, 2]);
    write(JSON.stringify(klines([0, 1, 2, 3, 4]), null, 1), path.slice(folder.length + 1));
    expect(startsOf((await importPrices(path, around)).records)).toEqual([3, 4]);
    expect((await importPrices(path, around)).records).toEqual([]);
    expect(around.warnings).toEqual([]);
  });

  test('an answer whose rows are in several lists is refused with the command that takes one out', async () => {
    const prices = [0, 1].map((minute) => [time(minute), 7]);
    const path = write(JSON.stringify({ prices, market_caps: prices, total_volumes: [] }));
    const why =
      /its rows are in \.prices, \.market_caps: take one list out, as jq -c '\.prices\[\]' .* \| cryptopipe/;
    await expect(importPrices(path)).rejects.toThrow(why);
    const answer = write(JSON.stringify({ note: '[', data: [0, 1].map(bar) }));
    await expect(importPrices(answer)).rejects.toThrow("jq -c '.data[]'");
  });

  test("CoinGecko's market chart is refused with the command that makes rows of its lists, and those rows are read", async () => {
    const chart = [0, 1].map((minute) => ({
      snapped_at: time(minute),
      price: 7 + minute,
      market_cap: 1e12 + minute,
      total_volume: 3e9,
    }));
    const list = (name: 'price' | 'market_cap' | 'total_volume') =>
      chart.map((row) => [row.snapped_at, row[name]]);
    const lists = {
      prices: list('price'),
      market_caps: list('market_cap'),
      total_volumes: list('total_volume'),
    };
    await expect(importPrices(write(JSON.stringify(lists)))).rejects.toThrow(
      "make rows of them, as jq -c '[.prices, .market_caps, .total_volumes] | transpose[] | " +
        "{snapped_at: .[0][0], price: .[0][1], market_cap: .[1][1], total_volume: .[2][1]}'",
    );
    const rows = write(chart.map((row) => JSON.stringify(row)).join('\n'));
    const { records } = await importPrices(rows);
    expect(records.map(({ value }) => JSON.parse(value!))).toMatchObject([
      { price: 7, market_cap: 1e12, volume_24h: 3e9 },
      { price: 8, market_cap: 1e12 + 1 },
    ]);
  });

  test('an answer that grew is read again', async () => {
    const around = sourceHarness();
    const answer = (minutes: readonly number[]) => JSON.stringify({ data: minutes.map(bar), last: 1 });
    const path = write(answer([0, 1]));
    expect(startsOf((await importPrices(path, around)).records)).toEqual([0, 1]);
    write(answer([0, 1, 2]), path.slice(folder.length + 1));
    expect(startsOf((await importPrices(path, around)).records)).toEqual([2]);
  });

  test('a broken element is rejected with its line, and the others are read', async () => {
    const text = `[\n${JSON.stringify(bar(0))},\n{"date": nope},\n${JSON.stringify(bar(1))},\n7,\n${JSON.stringify(bar(2))}]`;
    const { records } = await importPrices(write(text));
    expect(startsOf(records)).toEqual([0, 1, 2]);
    expect(rejectsOf(records)).toEqual([
      [3, expect.stringContaining('not JSON')],
      [5, 'not a JSON object'],
    ]);
  });
});

describe('rows from the newest to the oldest', () => {
  const minutes = numbers(3000).toReversed();
  const csv = `url of the file\ntime,open,high,low,close\n${minutes.map((n) => `${time(n)},1,3,1,2\n`).join('')}`;
  test.each([
    ['a CSV with a line before its header', csv],
    ['a CSV without a last line end', csv.trimEnd()],
    ['a CSV with CRLF', csv.replaceAll('\n', '\r\n')],
    ['a JSON array of arrays', JSON.stringify(klines(minutes))],
    ['pretty-printed JSON', JSON.stringify(minutes.map(bar), null, 2)],
  ])('%s is read from its end, plain, in gzip and piped', async (_, text) => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('cryptopipe-')).length;
    const around = sourceHarness();
    const path = write(text);
    const { records } = await importPrices(path, around);
    expect(startsOf(records)).toEqual(numbers(3000));
    expect((await importPrices(path, around)).records).toEqual([]);
    expect(startsOf((await importPrices(write(gzipSync(text)))).records)).toEqual(numbers(3000));
    const piped = await importPrices('-', sourceHarness([Buffer.from(text)]));
    expect(startsOf(piped.records)).toEqual(numbers(3000));
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('cryptopipe-'))).toHaveLength(before);
  });

  test('a file that has new rows at its top is read again as a whole, which is logged', async () => {
    const around = sourceHarness();
    const rows = (from: number) =>
      numbers(from)
        .toReversed()
        .map((n) => `${time(n)},1,3,1,2\n`)
        .join('');
    const path = write(`time,open,high,low,close\n${rows(3)}`);
    await importPrices(path, around);
    write(`time,open,high,low,close\n${rows(5)}`, path.slice(folder.length + 1));
    expect(startsOf((await importPrices(path, around)).records)).toEqual([0, 1, 2, 3, 4]);
    expect(around.infos.some((line) => line.includes('has changed: it is read again as a whole'))).toBe(true);
  });

  test('a stop stores no position, so that the next run reads all of it', async () => {
    const around = sourceHarness();
    const path = write(csv);
    around.stop.abort();
    await importPrices(path, around);
    expect(around.positions.size).toBe(0);
  });
});

test('rows in no order are sorted by their times, and read on when more come', async () => {
  const around = sourceHarness();
  const row = (n: number) => `${time(n)},${n + 1}\n`;
  const path = write(`time,price\n${[3, 0, 2, 1].map(row).join('')}never,1\n`);
  const { records } = await importPrices(path, around);
  expect(samplesOf(records).map(([, price]) => price)).toEqual([1, 2, 3, 4]);
  expect(rejectsOf(records)).toEqual([[6, "'never' is not a time"]]);
  write(
    `time,price\n${[3, 0, 2, 1].map(row).join('')}never,1\n${[6, 5].map(row).join('')}`,
    path.slice(folder.length + 1),
  );
  const more = await importPrices(path, around);
  expect(samplesOf(more.records).map(([, price]) => price)).toEqual([6, 7]);
});

describe('Parquet', () => {
  const schema = new parquet.ParquetSchema({
    open_time: { type: 'TIMESTAMP_MILLIS', compression: 'SNAPPY' },
    open: { type: 'DOUBLE' },
    high: { type: 'DOUBLE' },
    low: { type: 'DOUBLE' },
    close: { type: 'DOUBLE' },
    volume: { type: 'INT64' },
  });
  async function parquetFile(name: string, minutes: readonly number[]): Promise<string> {
    const path = join(folder, name);
    const output = createWriteStream(path);
    const writer = new parquet.ParquetWriter(
      schema,
      new parquet.ParquetEnvelopeWriter(
        schema,
        (bytes) => void output.write(bytes),
        () => new Promise<void>((resolve) => void output.end(() => resolve())),
        0,
        { useDataPageV2: false, pageIndex: false, rowGroupSize: 3 },
      ),
      { useDataPageV2: false, pageIndex: false, rowGroupSize: 3 },
    );
    for (const minute of minutes)
      await writer.appendRow({
        open_time: new Date(time(minute)),
        open: 1,
        high: 3,
        low: 1,
        close: 2,
        volume: 5,
      });
    await writer.close();
    return path;
  }

  test('Parquet is read by its columns, in either order, once', async () => {
    const around = sourceHarness();
    const path = await parquetFile('a.parquet', numbers(7));
    const { records } = await importPrices(path, around);
    expect(startsOf(records)).toEqual(numbers(7));
    expect(JSON.parse(records[0]!.value!)).toMatchObject({ volume: 5, final: true });
    expect((await importPrices(path, around)).records).toEqual([]);
    const newest = await importPrices(await parquetFile('b.parquet', numbers(7).toReversed()));
    expect(startsOf(newest.records)).toEqual(numbers(7));
  });

  test('Parquet that is broken is a problem', async () => {
    await expect(importPrices(write(Buffer.from('PAR1 and no more')))).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('its Parquet cannot be read'),
    });
  });
});

describe('posts', () => {
  const post = (id: number) => ({ id_str: String(id), text: 'a\nb', created_at: '2025-06-01T10:00:00.000Z' });
  test.each([
    ['an array', JSON.stringify([1, 2].map(post))],
    ['pretty-printed, one after the other', [1, 2].map((id) => JSON.stringify(post(id), null, 2)).join('\n')],
    ['without line ends', [1, 2].map((id) => JSON.stringify(post(id))).join('')],
    ["X's archive", `window.YTD.tweets.part0 = ${JSON.stringify([1, 2].map((id) => ({ tweet: post(id) })))}`],
    ['a page of an answer', JSON.stringify({ statuses: [1, 2].map(post) })],
  ])('posts of %s are read', async (_, text) => {
    const { records, counts } = await importPosts(write(text));
    expect([records.map(({ key }) => key), counts]).toEqual([['1', '2'], {}]);
  });

  test('posts of a CSV may have texts that span lines', async () => {
    const around = sourceHarness();
    const text = 'id,date,text\n11,2021-02-10 23:59:04,"one, ""two""\nthree"\n12,2021-02-10 23:59:05,four\n';
    const path = write(text);
    const { records } = await importPosts(path, around);
    expect(records.map(({ key }) => key)).toEqual(['11', '12']);
    expect(records[0]!.value).toContain('one, \\"two\\"\\nthree');
    write(`${text}13,2021-02-10 23:59:06,"five\nsix"\n`, path.slice(folder.length + 1));
    expect((await importPosts(path, around)).records.map(({ key }) => key)).toEqual(['13']);
  });
});

describe('a dry run', () => {
  test('prints the first 10 rows of each file as they would be read, and writes nothing', async () => {
    const around = sourceHarness();
    const rows = (from: number, to: number) =>
      `time,price\n${numbers(to)
        .slice(from)
        .map((n) => `${time(n)},${n + 1}\n`)
        .join('')}`;
    const file = [write(rows(50, 100)), write(rows(0, 3))];
    const { records } = await importPrices('', around, { file, dryRun: true });
    expect(records).toEqual([]);
    expect(around.positions.size).toBe(0);
    expect(around.printed.map((line) => JSON.parse(line).price)).toEqual([
      1, 2, 3, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60,
    ]);
  });
});

test('a large file that is read from its end comes in small chunks', async () => {
  const rows = numbers(300_000)
    .toReversed()
    .map((n) => `${time(n)},1,3,1,2,${createHash('md5').update(String(n)).digest('hex')}\n`);
  const path = write(`time,open,high,low,close,note\n${rows.join('')}`);
  const { sizes, records } = await importPrices(path);
  expect(records).toHaveLength(300_000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5000);
});
