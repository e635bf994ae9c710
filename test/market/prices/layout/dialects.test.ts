import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectLayout } from '../../../../src/market/prices/layout/detect.ts';
import type { BarRow, TableSettings } from '../../../../src/market/prices/layout/layout.ts';
import { isBar, LATEST, PAIR, table } from './table.ts';

interface Bar {
  readonly start: number;
  readonly end: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const LENGTHS = [1, 5, 15, 60, 240, 1440].map((minutes) => minutes * 60_000);
const cents = fc.integer({ min: 1, max: 99_999_999 }).map((count) => count / 100);

/** Bars of one length, with gaps, from some day on. */
const bars: fc.Arbitrary<Bar[]> = fc
  .record({
    length: fc.constantFrom(...LENGTHS),
    day: fc.integer({ min: 10_957, max: 20_000 }),
    steps: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 30 }),
    prices: fc.array(fc.tuple(cents, cents, cents, cents, cents), { minLength: 31, maxLength: 31 }),
  })
  .map(({ length, day, steps, prices }) => {
    let start = day * 86_400_000;
    return [0, 1, ...steps].slice(0, 31).map((step, at) => {
      start += step * length;
      const [open, close, a, b, volume] = prices[at]!;
      const [high, low] = [Math.max(open, close, a, b), Math.min(open, close, a, b)];
      return { start, end: start + length, open, high, low, close, volume };
    });
  });

type TimeForm = (time: number) => string[];
const iso = (time: number): string => new Date(time).toISOString();
const pick = (time: number): Record<string, string> => {
  const [, year, month, day, hour, minute, second] = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(iso(time))!;
  return { year, month, day, hour, minute, second } as Record<string, string>;
};

const TIME_FORMS: Readonly<
  Record<
    string,
    { readonly write: TimeForm; readonly names?: string[]; readonly flags?: Partial<TableSettings> }
  >
> = {
  iso: { write: (time) => [iso(time)] },
  blank: { write: (time) => [iso(time).slice(0, 19).replace('T', ' ')] },
  utc: { write: (time) => [`${iso(time).slice(0, 19).replace('T', ' ')} UTC`] },
  offset: { write: (time) => [iso(time - 4 * 3_600_000).replace('Z', '-04:00')] },
  seconds: { write: (time) => [String(time / 1000)] },
  floats: { write: (time) => [(time / 1000).toFixed(1)] },
  millis: { write: (time) => [String(time)] },
  micros: { write: (time) => [`${time}000`] },
  nanos: { write: (time) => [`${time}000000`] },
  compact: { write: (time) => [iso(time).replace(/\D/g, '').slice(0, 14)] },
  columns: { write: (time) => [iso(time).slice(0, 10), iso(time).slice(11, 19)], names: ['Date', 'Time'] },
  stooq: {
    write: (time) => [
      iso(time).slice(0, 10).replaceAll('-', ''),
      iso(time).slice(11, 19).replaceAll(':', ''),
    ],
    names: ['<DATE>', '<TIME>'],
  },
  points: {
    write: (time) =>
      (({ year, month, day, hour, minute }) => [`${day}.${month}.${year} ${hour}:${minute}`])(pick(time)),
  },
  american: {
    write: (time) =>
      (({ year, month, day, hour, minute }) => [`${month}/${day}/${year} ${hour}:${minute}`])(pick(time)),
    flags: { dateOrder: 'mdy' },
  },
  british: {
    write: (time) =>
      (({ year, month, day, hour, minute }) => [`${day}/${month}/${year} ${hour}:${minute}`])(pick(time)),
    flags: { dateOrder: 'dmy' },
  },
};

interface NumberForm {
  readonly decimal: '.' | ',';
  readonly group: string;
  readonly digits: number;
}
const numbers: fc.Arbitrary<NumberForm> = fc
  .record({
    decimal: fc.constantFrom('.', ','),
    group: fc.constantFrom('', ',', '.', ' ', "'"),
    digits: fc.integer({ min: 2, max: 4 }),
  })
  .filter(({ decimal, group }) => decimal !== group) as fc.Arbitrary<NumberForm>;
const written = (value: number, { decimal, group, digits }: NumberForm): string => {
  const [whole = '', fraction = ''] = value.toFixed(digits).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, group)}${decimal}${fraction}`;
};

const NAMES = fc.constantFrom(
  ['open', 'high', 'low', 'close', 'volume'],
  ['Open', 'High', 'Low', 'Close', 'Volume'],
  ['<OPEN>', '<HIGH>', '<LOW>', '<CLOSE>', '<VOL>'],
  ['price_open', 'price_high', 'price_low', 'price_close', 'volume_traded'],
  ['o', 'h', 'l', 'c', 'v'],
);

const dialects = fc.record({
  time: fc.constantFrom(...Object.keys(TIME_FORMS)),
  numbers,
  names: NAMES,
  order: fc.constantFrom('oldest first', 'newest first'),
  hasNotes: fc.boolean(),
});

describe('a table of bars', () => {
  test('a table of bars in any dialect gives the same bars, or is refused; with the flags of its dialect it is read', () => {
    fc.assert(
      fc.property(bars, dialects, (all, { time, numbers: style, names, order, hasNotes }) => {
        const form = TIME_FORMS[time]!;
        const note = hasNotes ? ['x'] : [];
        const rows = (order === 'oldest first' ? all : all.toReversed()).map((bar) => [
          ...note,
          ...form.write(bar.start),
          ...[bar.open, bar.high, bar.low, bar.close, bar.volume].map((value) => written(value, style)),
        ]);
        const header = [...(hasNotes ? ['Note'] : []), ...(form.names ?? ['timestamp']), ...names];
        const sample = table([header, ...rows]);
        const read = (settings: Partial<TableSettings>): BarRow[] | undefined => {
          const detected = detectLayout(
            sample,
            { format: 'auto', intervalMs: 0, ...PAIR, ...settings },
            LATEST,
          );
          if ('problems' in detected) return undefined;
          expect(detected.layout.order).toBe(order);
          return rows.map((row) => detected.layout.read(row)).filter(isBar);
        };
        const right = rows.length === all.length && (order === 'oldest first' ? all : all.toReversed());
        const flags = { ...form.flags, decimal: style.decimal, intervalMs: all[0]!.end - all[0]!.start };
        for (const found of [read({}), read(flags)])
          if (found !== undefined) expect(found).toMatchObject(right as Bar[]);
        expect(read(flags)).toBeDefined();
      }),
      { numRuns: 300, seed: 14 },
    );
  });
});
