import { joinKey, splitKey } from '../../core/text/key.ts';
import { lowerBound } from '../../core/util/binary-search.ts';
import { type Json, numberOf } from '../../core/util/json.ts';
import { type Millis, readTime } from '../../core/util/time.ts';
import { longestOf, parseWindow } from '../../core/util/window-length.ts';
import type { Tag } from './position.ts';
import type { CandleMarket, CandleRow, PageSelection } from './wire.ts';

/** Candles kept of one series, and of all together; with many series, each keeps fewer. */
const MOST_OF_SERIES = 10_000;
const MOST_CANDLES = 300_000;
const LEAST_OF_SERIES = 200;
/** Further series are not shown. */
const MOST_SERIES = 5_000;

interface Row {
  readonly row: CandleRow;
  readonly tag: Tag;
}

/** Oldest first. */
interface Series {
  readonly selection: PageSelection;
  readonly rows: Row[];
}

const windowSpan = (window: string): Millis => {
  try {
    return longestOf(parseWindow(window));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
};

/** The newest candles of each series, bounded. */
export class CandleBook {
  readonly #series = new Map<string, Series>();

  /** Sets the candle of a record. Returns its series; undefined if it is no candle or one too many. */
  set(value: Json, tag: Tag): PageSelection | undefined {
    const { coin, quote, source, window } = value;
    if ([coin, quote, source, window].some((part) => typeof part !== 'string')) return undefined;
    const selection = { coin, quote, source, window } as PageSelection;
    const row = rowOf(value);
    const series = row && this.#of(selection);
    if (series === undefined) return undefined;
    const { rows } = series;
    const at = place(rows, row![0]);
    const isKnown = rows[at]?.row[0] === row![0];
    rows.splice(at, isKnown ? 1 : 0, { row: row!, tag });
    const most = Math.max(
      LEAST_OF_SERIES,
      Math.min(MOST_OF_SERIES, Math.floor(MOST_CANDLES / this.#series.size)),
    );
    if (rows.length > most) rows.splice(0, rows.length - most);
    return series.selection;
  }

  /** Removes the candle of a tombstone's key. Returns its series if it had the candle. */
  delete(key: string): { readonly selection: PageSelection; readonly start: Millis } | undefined {
    const [coin = '', quote = '', source = '', window = '', start = ''] = splitKey(key);
    const series = this.#series.get(joinKey(coin, quote, source, window));
    const time = readTime(start);
    const at = series === undefined ? 0 : place(series.rows, time);
    if (series?.rows[at]?.row[0] !== time) return undefined;
    series.rows.splice(at, 1);
    return { selection: series.selection, start: time };
  }

  /** Candles of a series, oldest first; of those from `from` on that pass `matches`. */
  rows(selection: PageSelection, matches: (tag: Tag) => boolean = () => true): CandleRow[] {
    return (this.#known(selection)?.rows ?? []).filter(({ tag }) => matches(tag)).map(({ row }) => row);
  }

  /** The candle of a series whose window holds the time. */
  at(selection: PageSelection, time: Millis): CandleRow | undefined {
    const rows = this.#known(selection)?.rows ?? [];
    const { row } = rows[place(rows, time + 1) - 1] ?? {};
    return row !== undefined && time < row[1] ? row : undefined;
  }

  /** The close of the last final candle that had ended at `time`, over the shortest windows; null if it is older than `ageMs`. */
  closeAt({ coin, quote, source }: PageSelection, time: Millis, ageMs: Millis): number | null {
    const windows = this.markets(coin).find((one) => one.quote === quote && one.source === source)?.windows;
    for (const window of windows ?? []) {
      const rows = this.#known({ coin, quote, source, window })?.rows ?? [];
      const past = lowerBound(0, rows.length, (at) => rows[at]!.row[1] > time);
      const { row } = rows[past - 1] ?? {};
      if (row !== undefined && time - row[1] <= ageMs) return row[5];
    }
    return null;
  }

  coins(): string[] {
    return [...new Set([...this.#series.values()].map(({ selection }) => selection.coin))];
  }

  /** The markets of a coin, those with the most candles first. */
  markets(coin: string): CandleMarket[] {
    const found = new Map<string, { quote: string; source: string; windows: string[]; rows: number }>();
    for (const { selection, rows } of this.#series.values()) {
      if (selection.coin !== coin || rows.length === 0) continue;
      const { quote, source, window } = selection;
      const key = joinKey(quote, source);
      const market = found.get(key) ?? { quote, source, windows: [], rows: 0 };
      found.set(key, market);
      market.windows.push(window);
      market.rows += rows.length;
    }
    return [...found.values()]
      .sort((a, b) => b.rows - a.rows || (a.quote + a.source < b.quote + b.source ? -1 : 1))
      .map(({ quote, source, windows }) => ({
        quote,
        source,
        windows: windows.sort((a, b) => windowSpan(a) - windowSpan(b)),
      }));
  }

  clear(): void {
    this.#series.clear();
  }

  #known({ coin, quote, source, window }: PageSelection): Series | undefined {
    return this.#series.get(joinKey(coin, quote, source, window));
  }

  #of(selection: PageSelection): Series | undefined {
    const known = this.#known(selection);
    if (known !== undefined || this.#series.size >= MOST_SERIES) return known;
    const series = { selection, rows: [] };
    this.#series.set(joinKey(selection.coin, selection.quote, selection.source, selection.window), series);
    return series;
  }
}

/** The first index of a candle that starts at `start` or later; the newest is looked at first. */
function place(rows: readonly Row[], start: Millis): number {
  const last = rows.at(-1);
  if (last === undefined || last.row[0] < start) return rows.length;
  return lowerBound(0, rows.length, (at) => rows[at]!.row[0] >= start);
}

function rowOf(value: Json): CandleRow | undefined {
  const [start, end] = [readTime(String(value.window_start)), readTime(String(value.window_end))];
  const prices = [value.open, value.high, value.low, value.close].map(numberOf);
  if (![start, end, ...prices].every(Number.isFinite) || end <= start) return undefined;
  const [open, high, low, close] = prices as [number, number, number, number];
  const volume = typeof value.volume === 'number' ? value.volume : null;
  return [start, end, open, high, low, close, volume, value.final !== false];
}
