import { InvalidRecord } from '../../../../src/core/stream/record.ts';
import { formatTime } from '../../../../src/core/util/time.ts';
import { detectLayout } from '../../../../src/market/prices/layout/detect.ts';
import type {
  BarRow,
  PriceLayout,
  PriceRow,
  TableSettings,
} from '../../../../src/market/prices/layout/layout.ts';
import type { Row, TableSample } from '../../../../src/market/prices/table.ts';

/** The clock of these tests: later times are ahead of it. */
export const LATEST = Date.UTC(2027, 0, 1);
export const PAIR: Partial<TableSettings> = { base: 'btc', quote: 'usdt' };

/** The rows of a CSV in which quotes hold no line ends. */
export function cells(text: string, delimiter = ','): string[][] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const fields = [''];
      let isQuoted = false;
      for (const sign of line)
        if (sign === '"') isQuoted = !isQuoted;
        else if (sign === delimiter && !isQuoted) fields.push('');
        else fields[fields.length - 1] += sign;
      return fields;
    });
}

export const table = (rows: readonly Row[], file = 'a.csv', names?: readonly string[]): TableSample => ({
  file,
  names,
  rows,
  isWhole: true,
});

/** A table of JSON objects: their names, and a row each. */
export function objects(values: readonly Record<string, unknown>[], file = 'a.jsonl'): TableSample {
  const names = [...new Set(values.flatMap(Object.keys))];
  return table(values.map((value) => names.map((name) => value[name])) as Row[], file, names);
}

const settingsOf = (settings: Partial<TableSettings>): TableSettings => ({
  format: 'auto',
  intervalMs: 0,
  ...settings,
});

/** What is wrong with a table. */
export function problemsOf(sample: TableSample, settings: Partial<TableSettings> = {}): readonly string[] {
  const detected = detectLayout(sample, settingsOf(settings), LATEST);
  return 'problems' in detected ? detected.problems : [];
}

/** The layout of a table that has one. */
export function layoutOf(sample: TableSample, settings: Partial<TableSettings> = {}): PriceLayout {
  const detected = detectLayout(sample, settingsOf(settings), LATEST);
  if ('problems' in detected) throw new Error(detected.problems.join('\n'));
  return detected.layout;
}

/** What each row below the header gives: a bar or tick, or the reason why it is rejected. */
export function rowsOf(
  sample: TableSample,
  settings: Partial<TableSettings> = {},
): (PriceRow | string | undefined)[] {
  const layout = layoutOf(sample, settings);
  return sample.rows.slice(layout.skipRows).map((row) => {
    try {
      return layout.read(row);
    } catch (error) {
      if (error instanceof InvalidRecord) return error.message;
      throw error;
    }
  });
}

/** `2024-01-01T00:00 5m 1/2/0.5/1.5` of a bar, `2024-01-01T00:00:00.012 1.5` of a tick. */
export function brief(row: PriceRow | string | undefined): string {
  if (typeof row !== 'object') return row ?? 'nothing';
  if (row.kind === 'tick') return `${formatTime(row.time).slice(0, -1)} ${row.price}`;
  const { open, high, low, close } = row;
  return `${shortTime(row.start)}..${shortTime(row.end)} ${open}/${high}/${low}/${close}`;
}
const shortTime = (time: number): string => formatTime(time).replace(/(?::00)?\.000Z$/, '');

export const briefRows = (sample: TableSample, settings: Partial<TableSettings> = {}): string[] =>
  rowsOf(sample, settings).map(brief);

export const isBar = (row: PriceRow | string | undefined): row is BarRow =>
  typeof row === 'object' && row.kind === 'bar';
