import type { Options } from '../../core/option.ts';
import { joinKey } from '../../core/text/key.ts';
import { HOUR, type Millis, readTime } from '../../core/util/time.ts';
import { type Signal, signalKey } from '../../market/signals/signal.ts';
import type { Emitter, Input, Logic, ReplayRules } from '../processor.ts';
import type { Fact } from './facts.ts';
import type { SignalSettings } from './signal-options.ts';
import { type CoinWindow, SignalState } from './signal-state.ts';

/** How long before a post others may mark it as fast or as a repeat. */
const MARKS_REACH: Millis = 2 * HOUR;

/** A record, and the newest time of its stream before it. */
interface Passed {
  readonly fact: Fact;
  readonly before: Millis;
}

/**
 * Computes the rows of a span again. All windows stay open to the end, and posts are added in order of time, so that the order in
 * which records were imported does not matter.
 */
export class SignalReplay implements Logic {
  readonly #state: SignalState;
  /** By coin, and by coin and stream. */
  readonly #newest = new Map<string, Millis>();
  readonly #posts: Passed[] = [];
  #out!: Emitter;

  constructor(
    settings: SignalSettings,
    readonly from: Millis,
    readonly to: Millis,
  ) {
    const due = (key: string, window: CoinWindow) => this.#close(key, window);
    this.#state = new SignalState({ ...settings, retain: 0 }, new Map(), due, true);
  }

  accept(input: Input, out: Emitter): void {
    this.#out = out;
    const fact = this.#state.read(input, out);
    if (fact === undefined) return;
    const key = joinKey(fact.coin);
    this.#pass(key, fact.time);
    const passed = { fact, before: this.#pass(`${key} ${fact.stream}`, fact.time) };
    if (fact.end > this.to) return;
    if (fact.post !== undefined && fact.time >= this.from - MARKS_REACH) this.#posts.push(passed);
    else this.#add(key, passed);
  }

  finish(mode: 'clock' | 'all', time: Millis, out: Emitter): void {
    this.#out = out;
    const posts = this.#posts.splice(0).sort((a, b) => a.fact.time - b.fact.time);
    for (const post of posts) this.#add(joinKey(post.fact.coin), post);
    this.#state.windows.finish(mode, time);
  }

  changes() {
    return this.#state.changes(new Set());
  }

  get isUnfinished() {
    return this.#state.windows.isUnfinished;
  }

  /** The newest time by this name before this record, -Infinity without one. */
  #pass(name: string, time: Millis): Millis {
    const before = this.#newest.get(name) ?? Number.NEGATIVE_INFINITY;
    if (time > before) this.#newest.set(name, time);
    return before;
  }

  #add(key: string, { fact, before }: Passed): void {
    const { rules, windows, rows, streams } = this.#state;
    const placed = this.#state.place(key, fact);
    // Files have no known lag: their records count as known at once.
    const isLive = rules.lagOf(fact.stream) !== undefined;
    const release = isLive ? this.#state.releaseOf(key, fact, placed, before) : Number.NEGATIVE_INFINITY;
    const open = release === Number.NEGATIVE_INFINITY ? [] : windows.openOf(key);
    const passed = open.filter(({ end }) => end <= release);
    const changed = rows.add(key, fact, passed);
    if (changed === undefined) return;
    streams.note(key, fact.stream, fact.end - 1);
    for (const window of changed.keys()) rows.noteArrival(window, this.#state.arrivalOf(fact, before));
  }

  #close(key: string, window: CoinWindow): void {
    for (const row of this.#state.rows.firstRows(key, window))
      if (readTime(row.window_start) >= this.from && readTime(row.window_end) <= this.to)
        this.#emit(key, row);
  }

  /** Nothing tells whether more is to come for a window that no record has passed: its row is not final. */
  #emit(key: string, row: Signal): void {
    const value = { ...row, final: readTime(row.window_end) <= this.#newest.get(key)! };
    this.#out.emit({ key: signalKey(row), partitionKey: row.coin, value });
  }
}

/** How rows of a replay compare with those that are there. */
export const signalReplay = {
  timeField: 'window_start',
  idOf: (key) => key,
  /** A key without the start of its window. */
  seriesOf: (key) => key.slice(0, key.lastIndexOf('|')),
  isOpen: ({ final }) => final !== true,
  isLess: (row, old) =>
    Number(row.posts) < Number(old.posts) ||
    (old.price_source !== null && row.price_source === null) ||
    Number(row.trades) < Number(old.trades),
  kept: ['final'],
  keptIfExpired: ['attention_z', 'new_authors'],
  latest: ['available_at'],
} satisfies Omit<ReplayRules<Options>, 'build'>;
