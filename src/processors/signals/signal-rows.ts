import { KeyedState, type Restored } from '../../core/stream/keyed-state.ts';
import type { Window } from '../../core/stream/windows/window.ts';
import { splitKey } from '../../core/text/key.ts';
import { formatSpan, type Millis } from '../../core/util/time.ts';
import {
  attentionOf,
  type HourBaseline,
  hourOfWeek,
  usual,
  withValue,
} from '../../market/signals/hour-baseline.ts';
import { type Signal, type SignalSpan, toSignal } from '../../market/signals/signal.ts';
import type { CoinStreams } from './coin-streams.ts';
import type { Contents } from './contents/contents.ts';
import type { Fact } from './facts.ts';
import type { SeenCounts } from './seen-counts.ts';
import type { SignalSettings } from './signal-options.ts';

/** What a window knows besides its contents, by name. */
export type WindowFacts = Record<string, number>;

/** Latest arrival of the late records that amended a window; 0 without any. */
const KNOWN = 'known';
/** Mean and standard deviation that attention is compared with; the deviation is 0 if there is nothing to compare with. */
const meanOf = (at: number): string => `mean${at}`;
const deviationOf = (at: number): string => `deviation${at}`;

/** The rows of windows. */
export class SignalRows {
  readonly #hours: KeyedState<HourBaseline>;
  readonly #slide: string | null;

  constructor(
    readonly settings: SignalSettings,
    readonly contents: Contents,
    readonly streams: CoinStreams,
    readonly seen: SeenCounts,
    restored: Restored,
  ) {
    this.#hours = new KeyedState('hours|', restored);
    this.#slide = settings.slide === undefined ? null : formatSpan(settings.slide);
  }

  /** Makes the facts of a new window. */
  start(): WindowFacts {
    const facts: WindowFacts = { [KNOWN]: 0 };
    const count = this.settings.slide === undefined ? 1 : this.settings.window.length;
    for (let at = 0; at < count; at++) facts[meanOf(at)] = facts[deviationOf(at)] = 0;
    return facts;
  }

  /** The spans that a window makes rows of: its own, or those that end with it. */
  spansOf({ kind, start, end }: Window<WindowFacts>): readonly SignalSpan[] {
    if (this.settings.slide === undefined) return [{ name: kind.name, start, end }];
    return (this.settings.window as readonly Millis[]).map((length) => ({
      name: formatSpan(length),
      start: end - length,
      end,
    }));
  }

  /** Adds a record. The answer is the spans of these windows that it changes; undefined for a repeat. */
  add(
    key: string,
    fact: Fact,
    windows: readonly Window<WindowFacts>[],
  ): ReadonlyMap<Window<WindowFacts>, readonly number[]> | undefined {
    const isPrice = fact.post === undefined;
    const market = ({ start, end }: SignalSpan) =>
      isPrice ? JSON.stringify(this.contents.marketWithin(key, start, end)) : undefined;
    /** A price changes the market of the spans that it lies in alone; history has many windows. */
    const mayChange = ({ start, end }: SignalSpan) => !isPrice || (start < fact.end && end > fact.start);
    const rows = windows.flatMap((window) =>
      this.spansOf(window).flatMap((span, at) =>
        mayChange(span) ? [{ window, span, at, before: market(span) }] : [],
      ),
    );
    const times = this.contents.add(key, fact);
    if (times.length === 0) return undefined;
    const isChanged = ({ start, end }: SignalSpan) => times.some((time) => start <= time && time < end);
    const changed = new Map<Window<WindowFacts>, number[]>();
    for (const { window, span, at, before } of rows)
      if (isPrice ? before !== market(span) : isChanged(span))
        changed.set(window, [...(changed.get(window) ?? []), at]);
    return changed;
  }

  /** Notes the arrival of a late record that amends a window. */
  noteArrival({ state }: Window<WindowFacts>, arrival: Millis): void {
    state[KNOWN] = Math.max(state[KNOWN]!, arrival);
  }

  /** The rows of a window that closes for the first time. Compares them with what is usual at their hour, then adds them to it. */
  firstRows(key: string, window: Window<WindowFacts>): Signal[] {
    const rows: Signal[] = [];
    for (const [at, span] of this.spansOf(window).entries()) {
      const name = `${key}|${span.name}|${this.#slide ?? ''}|${hourOfWeek(span.start)}`;
      const base = this.#hours.get(name);
      const { mean, deviation } = usual(base, span.start) ?? { mean: 0, deviation: 0 };
      window.state[meanOf(at)] = mean;
      window.state[deviationOf(at)] = deviation;
      const row = this.row(key, window, at);
      if (row === undefined) continue;
      rows.push(row);
      if (base === undefined || base[3] < span.start)
        this.#hours.set(name, withValue(base, attentionOf(row.posts), span.start));
    }
    return rows;
  }

  /** The next row of each of the given spans of a window. */
  rows(key: string, window: Window<WindowFacts>, spans: readonly number[]): Signal[] {
    return spans.flatMap((at) => this.row(key, window, at) ?? []);
  }

  /** The next row of one of a window's spans; undefined if there is nothing in it, or the coin has no posts yet. */
  row(key: string, window: Window<WindowFacts>, at: number): Signal | undefined {
    const span = this.spansOf(window)[at]!;
    if (!this.streams.hasPosts(key, span.end)) return undefined;
    const posts = this.contents.postsWithin(key, span.start, span.end);
    const market = this.contents.marketWithin(key, span.start, span.end);
    if (posts.all.posts === 0 && market.price_source === null) return undefined;
    const deviation = window.state[deviationOf(at)]!;
    const distance = attentionOf(posts.all.posts) - window.state[meanOf(at)]!;
    const onTime = span.end + this.settings.lateness;
    return toSignal({
      coin: splitKey(key)[0]!,
      span,
      slide: this.#slide,
      posts,
      market,
      postsSeen: this.seen.within(this.streams.postSources(key, span.end), span.start, span.end),
      attentionZ: deviation === 0 ? null : distance / deviation,
      availableAt: Math.max(onTime + this.streams.lagAt(key, span.end), window.state[KNOWN]!),
      revision: window.revision + 1,
    });
  }

  changes() {
    return this.#hours.changes();
  }
}
