import { InvalidRecord, type NewRecord } from '../../../core/stream/record.ts';
import { isObject, type Json, parseObject } from '../../../core/util/json.ts';
import { formatSpan, formatTime, type Millis, readTime } from '../../../core/util/time.ts';
import type { Market } from '../../shared/markets.ts';
import {
  formatResumeTime,
  type GapTracker,
  gapTracker,
  parseResumeTime,
} from '../../shared/socket/gap-tracker.ts';
import type { Chunk } from '../../source.ts';
import { barWriter, type WriteBar } from './kline.ts';
import { type TimeSpan, withSpan } from './spans.ts';

export interface BarSettings {
  /** May contain {coin} and {coin_name}. */
  readonly topic: string;
  /** The length of the bars. */
  readonly interval: Millis;
}

/** The bars of one market. */
export interface BarSeries {
  readonly market: Market;
  readonly interval: Millis;
  readonly write: WriteBar;
}

/** The name of the stored position. */
export const progressName = ({ topic, interval }: BarSettings): string =>
  `binance/${topic}/${formatSpan(interval)}`;

function parseProgress(text: string | undefined): Json {
  try {
    return text === undefined ? {} : parseObject(text);
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return {};
  }
}

function parseSpans(value: unknown): TimeSpan[] {
  const spans = (Array.isArray(value) ? value : []).map((span) =>
    (Array.isArray(span) ? span : []).map((time) => (typeof time === 'string' ? readTime(time) : Number.NaN)),
  );
  return spans.flatMap(([from = Number.NaN, until = Number.NaN]): TimeSpan[] =>
    from <= until ? [[from, until]] : [],
  );
}

/**
 * What the topic has of each market, and since when the service is away: the stored position of the source, one for a topic
 * and a length of bars. A position that cannot be read counts as none.
 */
export class BarProgress {
  readonly name: string;
  readonly gaps: GapTracker;
  /** Undefined on the first run. */
  readonly storedSeen: Millis | undefined;
  checkedAt: Millis | undefined;
  /** Bars that the exchange itself lacks, counted since this was last set to 0. */
  absentBars = 0;
  readonly #spans = new Map<string, readonly TimeSpan[]>();

  constructor(
    readonly settings: BarSettings,
    stored: string | undefined,
  ) {
    this.name = progressName(settings);
    const { seen, checked, series } = parseProgress(stored);
    this.storedSeen = parseResumeTime(seen);
    this.gaps = gapTracker('binance', this.storedSeen);
    this.checkedAt = parseResumeTime(checked);
    for (const [symbol, spans] of Object.entries(isObject(series) ? series : {}))
      this.#spans.set(symbol, parseSpans(spans));
  }

  series(market: Market): BarSeries {
    const { interval, topic } = this.settings;
    return { market, interval, write: barWriter(market, interval, topic) };
  }

  spansOf({ market }: BarSeries): readonly TimeSpan[] {
    return this.#spans.get(market.symbol) ?? [];
  }

  /** The end of the newest bar; undefined before the first run. */
  untilOf(series: BarSeries): Millis | undefined {
    return this.spansOf(series).at(-1)?.[1];
  }

  cover(series: BarSeries, from: Millis, until: Millis): void {
    this.#spans.set(series.market.symbol, withSpan(this.spansOf(series), [from, until]));
  }

  /** These records with the position after them. */
  chunk(records: readonly NewRecord[] = []): Chunk {
    const series = Object.fromEntries(
      [...this.#spans].map(([symbol, spans]) => [symbol, spans.map((span) => span.map(formatTime))]),
    );
    const seen = formatResumeTime(this.gaps.resumeFrom);
    const checked = formatResumeTime(this.checkedAt);
    return { records, position: { name: this.name, value: JSON.stringify({ seen, checked, series }) } };
  }
}
