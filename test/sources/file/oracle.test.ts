import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { NewRecord } from '../../../src/core/stream/record.ts';
import { importPrices } from '../collect.ts';

const data = (name: string) => fileURLToPath(new URL(`../../../examples/data/${name}`, import.meta.url));
const shared = (interval: string) =>
  fileURLToPath(
    new URL(`../../../../shared/data/prices/bybit-linear-BTCUSDT-${interval}.csv`, import.meta.url),
  );
const lines = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

/** Open, high, low, close by window start; by brute force. */
function aggregate(records: readonly NewRecord[], window: number): Map<number, number[]> {
  const windows = new Map<number, number[]>();
  for (const { value } of records) {
    const { open, high, low, close, start } = JSON.parse(value!);
    const time = Date.parse(start);
    const first = time - (time % window);
    const [o, h, l] = windows.get(first) ?? [open, high, low];
    windows.set(first, [o, Math.max(h, high), Math.min(l, low), close]);
  }
  return windows;
}

function rows(path: string): Map<number, number[]> {
  const cells = lines(path)
    .slice(1)
    .map((line) => line.split(','));
  return new Map(cells.map(([time, ...prices]) => [Date.parse(time!), prices.slice(0, 4).map(Number)]));
}

describe('the extract', () => {
  test.each([5, 15])("its bars aggregated into %i minutes are the exchange's own rows", async (minutes) => {
    const { records } = await importPrices(data('btcusdt-1m.csv'));
    const aggregated = aggregate(records, minutes * 60_000);
    expect(records).toHaveLength(2880);
    expect(aggregated.size).toBe(2880 / minutes);
    expect(aggregated).toEqual(rows(data(`btcusdt-${minutes}m.csv`)));
  });

  test('ten minutes from 2025-06-01 00:00Z are 104566.1 / 104611.4 / 104479.8 / 104514.5', async () => {
    const { records } = await importPrices(data('btcusdt-1m.csv'));
    expect(aggregate(records, 600_000).get(Date.UTC(2025, 5, 1))).toEqual([
      104566.1, 104611.4, 104479.8, 104514.5,
    ]);
  });

  test.each(['1m', '5m', '15m'])('its %s file is two whole days of the shared data', (interval) => {
    const extract = lines(data(`btcusdt-${interval}.csv`));
    expect(extract).toHaveLength(1 + 2880 / Number.parseInt(interval, 10));
    if (!existsSync(shared(interval))) return;
    const days = lines(shared(interval)).filter((line) => /^(timestamp|2025-06-0[12])/.test(line));
    expect(extract).toEqual(days);
  });

  test.skipIf(!existsSync(shared('1m')))("a month's bars aggregate to the exchange's own rows", async () => {
    const { records, counts } = await importPrices(shared('1m'));
    expect(counts).toEqual({});
    for (const minutes of [5, 15]) {
      const aggregated = aggregate(records, minutes * 60_000);
      // The last row of each download is a candle that was still open.
      const full = [...rows(shared(`${minutes}m`))].slice(0, -1);
      expect(full.length).toBeGreaterThan(40_000 / minutes);
      expect(full.filter(([start, prices]) => aggregated.get(start)?.join() !== prices.join())).toEqual([]);
    }
  });
});
