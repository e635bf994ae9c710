import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidRecord } from '../../../../src/core/stream/record.ts';
import { detectLayout } from '../../../../src/market/prices/layout/detect.ts';
import type { TableSettings } from '../../../../src/market/prices/layout/layout.ts';
import { restoreLayout } from '../../../../src/market/prices/layout/open-layout.ts';
import type { Row } from '../../../../src/market/prices/table.ts';
import { LATEST, table } from './table.ts';

const name = fc.constantFrom(
  ...'time,Date,open,High,low,Close,price,qty,side,symbol,base,quote,Volume,volume_24h,market_cap,close_time,unix,t,o,h,l,c,window,exchange,id,,x,Price (USD)'.split(
    ',',
  ),
);
const cell = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      '2024-01-01',
      '2024-01-01 00:05',
      '01/02/2024',
      '20240101',
      '00:05:00',
      '1704067200',
      '1704067200000',
    ],
    ...[
      '1.5',
      '1,5',
      '1.234,5',
      '1,234.5',
      '1.234.567',
      '-',
      '',
      'null',
      'NaN',
      '41K',
      'BTCUSDT',
      'BTC',
      'buy',
      '5m',
    ],
    ...[
      null,
      undefined,
      5,
      1704067200,
      1704067260.5,
      1704067200000000000n,
      true,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ],
  ),
  fc.string({ maxLength: 12, unit: 'grapheme' }),
  fc.double(),
);
const settings: fc.Arbitrary<Partial<TableSettings>> = fc.record(
  {
    format: fc.constantFrom('auto', 'bars', 'ticks', 'quotes'),
    base: fc.constantFrom('btc', 'eth'),
    quote: fc.constantFrom('usdt', 'eur'),
    zone: fc.constantFrom('Europe/Madrid', 'America/New_York', 'nowhere'),
    decimal: fc.constantFrom('.', ','),
    dateOrder: fc.constantFrom('mdy', 'dmy'),
    hasHeader: fc.boolean(),
    intervalMs: fc.constantFrom(0, 60_000, 3_600_000, 30 * 86_400_000),
    columns: fc.constantFrom({ time: '1', price: '2' }, { open: 'price' }, { nothing: 'x' }),
    symbol: fc.constantFrom('BTCUSDT', '5m'),
    symbolColumn: fc.constantFrom('symbol', '2'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<TableSettings>>;

const tables = fc.integer({ min: 1, max: 7 }).chain((width) =>
  fc.record({
    names: fc.array(name, { minLength: width, maxLength: width }),
    rows: fc.array(fc.array(cell, { minLength: width - 1, maxLength: width + 1 }), {
      maxLength: 8,
    }) as fc.Arbitrary<Row[]>,
    hasOwnNames: fc.boolean(),
    hasHeader: fc.boolean(),
  }),
);

describe('a table of any cells', () => {
  test('a table of any cells has a layout or problems in one line each, and its rows are read or rejected, restored or not', () => {
    fc.assert(
      fc.property(tables, settings, ({ names, rows, hasOwnNames, hasHeader }, wished) => {
        const all = hasHeader && !hasOwnNames ? [names, ...rows] : rows;
        const sample = table(all, 'btc-5m.csv', hasOwnNames ? names : undefined);
        const detected = detectLayout(sample, { format: 'auto', intervalMs: 0, ...wished }, LATEST);
        if ('problems' in detected) {
          expect(detected.problems).not.toEqual([]);
          for (const text of detected.problems) expect(text).toMatch(/^\S.{9,}\S$/su);
          return;
        }
        const { layout } = detected;
        const again = restoreLayout(JSON.parse(JSON.stringify(layout.stored)), LATEST);
        for (const row of all.slice(layout.skipRows)) {
          const [first, second] = [layout, again].map(({ read }) => {
            try {
              return read(row) ?? 'no data';
            } catch (error) {
              expect(error).toBeInstanceOf(InvalidRecord);
              return (error as Error).message;
            }
          });
          expect(second).toEqual(first);
          if (typeof first !== 'object') continue;
          expect(first.base.length * first.quote.length).toBeGreaterThan(0);
          if (first.kind === 'tick') expect(first.price > 0 && first.time <= LATEST).toBe(true);
          else {
            expect(first.low > 0 && first.high >= first.low && first.end > first.start).toBe(true);
            expect(Math.min(first.open, first.close)).toBeGreaterThanOrEqual(first.low);
            expect(Math.max(first.open, first.close)).toBeLessThanOrEqual(first.high);
          }
        }
      }),
      { numRuns: 600, seed: 14 },
    );
  });
});
