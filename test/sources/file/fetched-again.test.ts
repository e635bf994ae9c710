import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { barsOf, importPrices, sourceHarness } from '../collect.ts';
import { temporaryFolder } from '../folder.ts';

const { write } = temporaryFolder();

const hour = (n: number, close = 2, high = 3) =>
  `${1_623_200_400_000 + n * 3_600_000},1,${high},1,${close}\n`;
const hours = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => hour(from + index)).join('');
const HEADER = 'time,open,high,low,close\n';

describe('a file that is fetched again with another last row', () => {
  test.each([
    ['longer', hour(30, 2.1), hour(30, 2.1234)],
    ['shorter', hour(30, 2.1234), hour(30, 2.1)],
    ['of the same length', hour(30, 2.1), hour(30, 2.9)],
  ])('%s is read from that row on', async (_, before, after) => {
    const around = sourceHarness();
    const path = write(`${HEADER}${hours(0, 30)}${before}`);
    expect(barsOf((await importPrices(path, around)).records)).toHaveLength(31);
    writeFileSync(path, `${HEADER}${hours(0, 30)}${after}${hour(31)}${hour(32)}`);
    const again = barsOf((await importPrices(path, around)).records);
    expect(again.map(([start, , , , , close]) => [start, close])).toEqual([
      ['2021-06-10T07:00:00.000Z', Number(after.split(',')[4])],
      ['2021-06-10T08:00:00.000Z', 2],
      ['2021-06-10T09:00:00.000Z', 2],
    ]);
    expect(around.warnings).toEqual([]);
    expect(
      around.infos.filter((line) => line.includes('line 32, the last one read, has changed')),
    ).toHaveLength(1);
    expect((await importPrices(path, around)).records).toEqual([]);
  });

  test('a file of less than a kilobyte that is fetched again is read from its last row, also when that is its only one', async () => {
    const around = sourceHarness();
    const path = write(`${HEADER}${hour(0)}${hour(1)}`);
    await importPrices(path, around);
    writeFileSync(path, `${HEADER}${hour(0)}${hour(1, 2.5)}${hour(2)}`);
    expect(barsOf((await importPrices(path, around)).records)).toHaveLength(2);
  });

  test('a file that is fetched again without its last line end is read from that row, with a warning', async () => {
    const around = sourceHarness();
    const path = write(`${HEADER}${hours(0, 3)}${hour(3, 2.1).trimEnd()}`);
    expect(barsOf((await importPrices(path, around)).records)).toHaveLength(4);
    writeFileSync(path, `${HEADER}${hours(0, 3)}${hour(3, 2.9)}${hour(4)}`);
    expect(barsOf((await importPrices(path, around)).records).map((bar) => bar[5])).toEqual([2.9, 2]);
  });

  test('a file that was rotated away is read from the start of its successor', async () => {
    const around = sourceHarness();
    const path = write(`${HEADER}${hours(0, 40)}`);
    await importPrices(path, around);
    renameSync(path, `${path}.1`);
    writeFileSync(path, `${HEADER}${hours(40, 43)}`);
    expect(barsOf((await importPrices(path, around)).records)).toHaveLength(3);
    appendFileSync(path, hour(43).slice(0, 8));
    expect((await importPrices(path, around)).records).toEqual([]);
    appendFileSync(path, hour(43).slice(8));
    expect(barsOf((await importPrices(path, around)).records)).toHaveLength(1);
  });
});

describe('a file that was imported as another pair', () => {
  test.each([
    ['oldest first', `${HEADER}${hours(0, 3)}`],
    ['newest first', `${HEADER}${hour(2)}${hour(1)}${hour(0)}`],
  ])('a file that was imported as another pair is refused without --again: %s', async (_, text) => {
    const around = sourceHarness();
    const path = write(text);
    await importPrices(path, around);
    for (const fromStart of [false, true])
      await expect(importPrices(path, around, { base: 'eth', fromStart })).rejects.toMatchObject({
        code: 'usage',
        message: `--file ${path} was imported as btc/usdt; now it is named eth/usdt`,
        hint: expect.stringContaining('--again'),
      });
    expect(barsOf((await importPrices(path, around, { base: 'eth', again: true })).records)).toHaveLength(3);
    expect((await importPrices(path, around, { base: 'eth' })).records).toEqual([]);
  });

  test('a file that was imported as another pair counts as new once its content differs', async () => {
    const around = sourceHarness();
    const path = write(`${HEADER}${hours(0, 3)}`);
    await importPrices(path, around);
    writeFileSync(path, `${HEADER}${hours(10, 14)}`);
    expect(barsOf((await importPrices(path, around, { base: 'eth' })).records)).toHaveLength(4);
  });
});
