import { UserError } from '../../core/errors.ts';
import { refuseAhead } from '../../core/stream/ahead.ts';
import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { formatSpan, formatTime, type Millis } from '../../core/util/time.ts';
import {
  type CandleRow,
  candleToTicks,
  type PricePoint,
  SHORTEST_CANDLE,
} from '../../market/prices/candle-to-ticks.ts';
import { splitRow } from '../../market/prices/csv.ts';
import {
  type Columns,
  type CsvFormat,
  findColumns,
  NEEDED_COLUMNS,
  readCandle,
  readTick,
} from '../../market/prices/rows.ts';
import type { Shape } from './position.ts';
import { type PriceSettings, toRecord } from './quotes.ts';
import type { Origin } from './reader.ts';

/** Reads the rows of a CSV whose header is known. */
export interface RowReader {
  read(line: string): readonly NewRecord[];
  holding(): boolean;
  shape(): Shape;
}

function columnsOf(header: string, wanted: PriceSettings['format'], origin: Origin): Columns {
  const names = splitRow(header);
  const formats = wanted === 'auto' ? (['candles', 'ticks'] as const) : [wanted as CsvFormat];
  for (const format of formats) {
    const columns = findColumns(names, format);
    if (columns !== undefined) return columns;
  }
  const found = names.map((name) => name.trim().slice(0, 40)).slice(0, 20);
  const needed = formats.map((format) => NEEDED_COLUMNS[format].join(','));
  throw new UserError(
    'usage',
    `--file ${origin.file}: columns found: ${found.join(',')}; needed: ${needed.join(' or ')}`,
    'Give the file a first line with these column names, or JSON lines of quotes.',
  );
}

type Pair = Pick<PriceSettings, 'base' | 'quote'>;

/** The currencies that a CSV is about. Throws UserError `usage` where one is not given. */
export function pairOf({ base, quote }: Pair): { base: string; quote: string } {
  if (base !== undefined && quote !== undefined) return { base, quote };
  const lacking = [base === undefined ? ['--base btc'] : [], quote === undefined ? ['--quote usdt'] : []];
  throw new UserError(
    'usage',
    'a CSV of prices does not name its currencies',
    `Add ${lacking.flat().join(' ')}.`,
  );
}

/** `knownMs`: the length of a candle as an earlier run found it. Throws UserError `usage` for a header that lacks a column. */
export function rowReader(
  header: string,
  settings: PriceSettings,
  origin: Origin,
  knownMs?: Millis,
): RowReader {
  const columns = columnsOf(header, settings.format, origin);
  const { base, quote } = pairOf(settings);
  const record = ({ time, price }: PricePoint): NewRecord =>
    toRecord({ source: 'file', base, quote, price, last_updated: formatTime(time) }, origin.topic);
  let intervalMs = settings.intervalMs || knownMs;
  let held: CandleRow | undefined;
  let last = Number.NEGATIVE_INFINITY;

  /** Said once: the rows still go on, and `late` will hold those behind the watermark. */
  let backwards = false;
  const noteOrder = (time: Millis): void => {
    if (time < last && !backwards) {
      backwards = true;
      origin.warn(
        `--file ${origin.file}: times run backwards at ${formatTime(time)}; rows behind the watermark go to topic late (sort the file to keep them)`,
      );
    }
  };

  /** False for the first candle of a file, whose length is not known yet. */
  const measure = (row: CandleRow): boolean => {
    const step = Math.abs(row.time - (held?.time ?? last));
    if (intervalMs === undefined) {
      if (held !== undefined && step < SHORTEST_CANDLE)
        throw new InvalidRecord('the same time as the row before it');
      if (held !== undefined) intervalMs = step;
    } else if (settings.intervalMs === 0 && step > 0 && step < intervalMs) {
      throw new UserError(
        'usage',
        `--file ${origin.file}: rows at ${formatTime(row.time)} are ${formatSpan(step)} apart, the first ones ${formatSpan(intervalMs)}`,
        `Say how long a candle is: --interval ${formatSpan(step)}.`,
      );
    }
    return intervalMs !== undefined;
  };

  const candle = (line: string): NewRecord[] => {
    const row = readCandle(splitRow(line), columns);
    refuseAhead(row.time, origin.latest());
    noteOrder(row.time);
    const measured = measure(row);
    last = row.time;
    const candles = held === undefined ? [row] : [held, row];
    held = measured ? undefined : row;
    return measured ? candles.flatMap((one) => candleToTicks(one, intervalMs!).map(record)) : [];
  };
  const tick = (line: string): NewRecord[] => {
    const sample = readTick(splitRow(line), columns);
    refuseAhead(sample.time, origin.latest());
    noteOrder(sample.time);
    last = sample.time;
    return [record(sample)];
  };

  return {
    read: columns.format === 'candles' ? candle : tick,
    holding: () => held !== undefined,
    shape: () => ({ format: columns.format, header, intervalMs }),
  };
}
