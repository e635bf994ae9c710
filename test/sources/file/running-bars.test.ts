import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { handClock } from '../../hand-clock.ts';
import { barsOf, importPrices, NOW, sourceHarness } from '../collect.ts';
import { temporaryFolder } from '../folder.ts';

const { write } = temporaryFolder();
const HEADER = 'time,open,high,low,close\n';

describe('a bar that is not over', () => {
  const start = (minutes: number) => new Date(NOW - (NOW % 60_000) + minutes * 60_000).toISOString();
  const row = (minutes: number) => `${start(minutes)},1,3,1,2\n`;
  const later = (around: ReturnType<typeof sourceHarness>, ms: number) => ({
    ...around,
    context: { ...around.context, now: () => NOW + ms },
  });

  test('a bar that is not over is left for the next run, with one message', async () => {
    const around = sourceHarness();
    const path = write(`${HEADER}${row(-2)}${row(-1)}${row(0)}`);
    const { records, counts } = await importPrices(path, around);
    expect(barsOf(records).map((bar) => bar[0])).toEqual([start(-2), start(-1)]);
    expect(counts).toEqual({ running: 1 });
    expect(around.infos.filter((line) => line.includes('is left for the next run'))).toEqual([
      `--file ${path}: the bar of ${start(0)} ends at ${start(1)}, in the future; it is left for the next run`,
    ]);
    expect((await importPrices(path, around)).records).toEqual([]);
    writeFileSync(path, `${HEADER}${row(-2)}${row(-1)}${start(0)},1,5,1,4\n${row(1)}`);
    const next = await importPrices(path, later(around, 60_000));
    expect(barsOf(next.records)).toEqual([[start(0), start(1), 1, 5, 1, 4]]);
    expect(around.warnings).toEqual([]);
  });
});

const MINUTE = 60_000;
const FIRST = Date.UTC(2026, 0, 2, 3, 4);

/** A run whose clock is turned by hand: it stands in minute 0, in its fifth second. */
function harness() {
  const clock = handClock(FIRST + 5000);
  const around = sourceHarness();
  return { ...around, clock, context: { ...around.context, now: clock.now } };
}
const timeOf = (minute: number) => new Date(FIRST + minute * MINUTE).toISOString();
const row = (minute: number, close = 2) => `${timeOf(minute)},1,3,1,${close}\n`;
const text = (...rows: string[]) => `${HEADER}${rows.join('')}`;
/** The minute and close of each bar that a run wrote. */
const bars = ({ records }: Awaited<ReturnType<typeof importPrices>>) =>
  barsOf(records).map((bar) => [(Date.parse(`${bar[0]}`) - FIRST) / MINUTE, bar[5]]);

const leftOut = (path: string) =>
  `--file ${path}: the bar of ${timeOf(0)} was not over when it was read first, and its row is the same: it is left out until the row changes; --again reads it as it is`;

describe('a bar that was not over when it was read', () => {
  test('a bar that was not over when it was read stays out after its end while the file is the same, and is read once its row has changed', async () => {
    const around = harness();
    const path = write(text(row(-2), row(-1), row(0)));
    expect(bars(await importPrices(path, around))).toEqual([
      [-2, 2],
      [-1, 2],
    ]);
    await around.clock.turn(MINUTE);
    for (const _ of [1, 2]) {
      const { records, counts } = await importPrices(path, around);
      expect([records, counts]).toEqual([[], { unfinished: 1 }]);
    }
    expect(around.warnings).toEqual([leftOut(path), leftOut(path)]);
    writeFileSync(path, text(row(-2), row(-1), row(0, 2.5)));
    expect(bars(await importPrices(path, around))).toEqual([[0, 2.5]]);
    expect((await importPrices(path, around)).records).toEqual([]);
    expect(around.warnings).toHaveLength(2);
  });

  test('a bar that was not over when it was read stays out when rows are appended after its own, which are read once', async () => {
    const around = harness();
    const path = write(text(row(-2), row(-1), row(0)));
    await importPrices(path, around);
    await around.clock.turn(2 * MINUTE);
    appendFileSync(path, row(1));
    expect(bars(await importPrices(path, around))).toEqual([[1, 2]]);
    expect((await importPrices(path, around)).records).toEqual([]);
    expect(around.warnings).toEqual([leftOut(path)]);
  });

  test('a bar that was not over when it was read stays out, too, when the file is read from its start', async () => {
    const around = harness();
    const path = write(text(row(-2), row(-1), row(0)));
    await importPrices(path, around);
    await around.clock.turn(2 * MINUTE);
    appendFileSync(path, row(1));
    for (const _ of [1, 2])
      expect(bars(await importPrices(path, around, { fromStart: true }))).toEqual([
        [-2, 2],
        [-1, 2],
        [1, 2],
      ]);
    writeFileSync(path, text(row(-3), row(-2), row(-1), row(0), row(1)));
    expect(bars(await importPrices(path, around)).map(([minute]) => minute)).toEqual([-3, -2, -1, 1]);
  });

  test('a bar that was not over when it was read is read as it is with --again', async () => {
    const around = harness();
    const path = write(text(row(-1), row(0)));
    await importPrices(path, around, { interval: MINUTE });
    await around.clock.turn(MINUTE);
    const again = await importPrices(path, around, { interval: MINUTE, again: true });
    expect(bars(again).at(-1)).toEqual([0, 2]);
    expect((await importPrices(path, around)).records).toEqual([]);
  });

  test.each([
    ['as the only row of its file', [row(0)]],
    ['in a last row without a line end', [row(-2), row(-1), row(0).trimEnd()]],
  ])('a bar that was not over when it was read stays out %s', async (_, rows) => {
    const around = harness();
    const path = write(text(...rows));
    await importPrices(path, around, { interval: MINUTE });
    await around.clock.turn(MINUTE);
    expect((await importPrices(path, around, { interval: MINUTE })).records).toEqual([]);
    expect(around.warnings.filter((line) => line === leftOut(path))).toHaveLength(1);
    writeFileSync(path, text(...rows.slice(0, -1), row(0, 2.5)));
    expect(bars(await importPrices(path, around, { interval: MINUTE }))).toEqual([[0, 2.5]]);
  });

  test('a bar that was not over when it was read stays out with others of its minute, each until its own row changes', async () => {
    const around = harness();
    const pairs = (minute: number, btc = 2, eth = 2) =>
      `${timeOf(minute)},btc,1,3,1,${btc}\n${timeOf(minute)},eth,1,3,1,${eth}\n`;
    const all = (...rows: string[]) => `time,symbol,open,high,low,close\n${rows.join('')}`;
    const path = write(all(pairs(-2), pairs(-1), pairs(0)));
    const settings = { base: undefined };
    expect(bars(await importPrices(path, around, settings))).toHaveLength(4);
    await around.clock.turn(MINUTE);
    expect((await importPrices(path, around, settings)).counts).toEqual({ unfinished: 2 });
    writeFileSync(path, all(pairs(-2), pairs(-1), pairs(0, 2, 2.5)));
    expect(bars(await importPrices(path, around, settings))).toEqual([[0, 2.5]]);
    writeFileSync(path, all(pairs(-2), pairs(-1), pairs(0, 2.25, 2.5)));
    expect(bars(await importPrices(path, around, settings))).toContainEqual([0, 2.25]);
  });

  test('a bar that was not over when it was read stays out at the top of a file whose newest rows come first, until its row changes', async () => {
    const around = harness();
    const path = write(text(row(0), row(-1), row(-2)));
    expect(bars(await importPrices(path, around))).toHaveLength(2);
    await around.clock.turn(2 * MINUTE);
    expect((await importPrices(path, around)).records).toEqual([]);
    expect(around.infos).toContain(
      `--file ${path} has not changed since it was read last: bars that were not over then (1) are left out until it does; --again reads them as they are`,
    );
    writeFileSync(path, text(row(1), row(0), row(-1), row(-2)));
    expect(bars(await importPrices(path, around)).map(([minute]) => minute)).toEqual([-2, -1, 1]);
    expect(around.warnings).toEqual([leftOut(path)]);
    writeFileSync(path, text(row(1), row(0, 2.5), row(-1), row(-2)));
    expect(bars(await importPrices(path, around))).toContainEqual([0, 2.5]);
    expect((await importPrices(path, around)).records).toEqual([]);
  });
});
