import { InvalidRecord } from '../../core/stream/record.ts';
import { joinKey } from '../../core/text/key.ts';
import { preview } from '../../core/util/json.ts';
import { formatTime, type Millis, readTime } from '../../core/util/time.ts';
import { amount, fields, instant, positive, symbol } from './checks.ts';

/** A value of topics `bars-*`: what happened from `start` up to, not including, `end`. Times are ISO 8601 UTC. */
export interface Bar {
  readonly source: string;
  /** Lower-case symbols; prices are in units of `quote` for one `base`. */
  readonly base: string;
  readonly quote: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Traded amount in units of `base`; null or absent if unknown. */
  readonly volume?: number | null;
  /** Traded amount in units of `quote`. */
  readonly quote_volume?: number | null;
  /** Number of trades. */
  readonly trades?: number | null;
  readonly start: string;
  readonly end: string;
  /** False for a bar that was still running when it was read. */
  readonly final: boolean;
  readonly received_at?: string;
}

/** As epoch ms. */
interface BarSpan {
  readonly start: Millis;
  /** Exclusive. Nobody knows the bar's values before. */
  readonly end: Millis;
}

export interface TimedBar extends BarSpan {
  readonly bar: Bar;
}

/** A final bar whose times were read as numbers. */
export class ReadBar implements Bar {
  readonly source: string;
  readonly base: string;
  readonly quote: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly final = true;

  constructor(
    { source, base, quote }: Pick<Bar, 'source' | 'base' | 'quote'>,
    { open, high, low, close }: Pick<Bar, 'open' | 'high' | 'low' | 'close'>,
    readonly volume: number,
    readonly quote_volume: number | null,
    readonly trades: number | null,
    readonly span: BarSpan,
  ) {
    this.source = source;
    this.base = base;
    this.quote = quote;
    this.open = open;
    this.high = high;
    this.low = low;
    this.close = close;
  }

  get start(): string {
    return formatTime(this.span.start);
  }

  get end(): string {
    return formatTime(this.span.end);
  }
}

/** Checks all but the times of a parsed value of a `bars-*` topic. Throws InvalidRecord. */
function checkBar(value: unknown): Bar {
  const row = fields(value);
  symbol(row.source, 'source');
  symbol(row.base, 'base');
  symbol(row.quote, 'quote');
  const open = positive(row.open, 'open');
  const high = positive(row.high, 'high');
  const low = positive(row.low, 'low');
  const close = positive(row.close, 'close');
  if (open > high || open < low || close > high || close < low)
    throw new InvalidRecord(`open ${open} or close ${close} is outside low ${low} to high ${high}`);
  if (row.volume != null) amount(row.volume, 'volume');
  if (row.quote_volume != null) amount(row.quote_volume, 'quote_volume');
  if (row.trades != null) amount(row.trades, 'trades');
  if (typeof row.final !== 'boolean')
    throw new InvalidRecord(`final: ${preview(row.final)} is not a boolean`);
  return row as unknown as Bar;
}

const spanOf = ({ start, end }: Bar): BarSpan => ({
  start: instant(start, 'start'),
  end: instant(end, 'end'),
});

/** Checks a parsed value of a `bars-*` topic and gives its span. Throws InvalidRecord. */
export function readBar(value: unknown): TimedBar {
  const bar = checkBar(value);
  const { start, end } = value instanceof ReadBar ? value.span : spanOf(bar);
  if (!(end > start)) throw new InvalidRecord(`end ${bar.end} is not after start ${bar.start}`);
  return { bar, start, end };
}

/** The event time of a parsed value of a `bars-*` topic, its end; NaN if it has none. */
export function barTime(value: unknown): Millis {
  if (value instanceof ReadBar) return value.span.end;
  const end = (value as Record<string, unknown> | null)?.end;
  return typeof end === 'string' ? readTime(end) : Number.NaN;
}

/**
 * Record key of topics `bars-*`: the source, the pair, and the bar's length as a span (`5m`) with its start. Compaction
 * keeps the newest record of a key, so a correction replaces the bar, and another source's bar does not.
 */
export const barKey = ({ source, base, quote, start }: Bar, interval: string): string =>
  joinKey(source, base, quote, `${interval}@${start}`);
