import type { Restored, StateChange } from '../../core/stream/keyed-state.ts';
import type { TimeRules } from '../../core/stream/watermark.ts';
import type { Placement } from '../../core/stream/windows/placement.ts';
import type { Window } from '../../core/stream/windows/window.ts';
import { TumblingWindows } from '../../core/stream/windows.ts';
import { DAY, type Millis } from '../../core/util/time.ts';
import type { Emitter, Input } from '../processor.ts';
import { timeRules } from '../time-options.ts';
import { CoinStreams, lagOfStream } from './coin-streams.ts';
import { Contents } from './contents/contents.ts';
import { type Fact, readFact } from './facts.ts';
import { SeenCounts } from './seen-counts.ts';
import { type SignalSettings, unitOf } from './signal-options.ts';
import { SignalRows, type WindowFacts } from './signal-rows.ts';
import { WindowGrid } from './window-grid.ts';

/** A stream that is further behind the newest one of its coin does not hold it back: a rare coin's posts are far apart. */
const MAX_BEHIND: Millis = 7 * DAY;

/** Stands for what is yet to be read. */
export const UNREAD = 'unread';
/** Stand for the first posts and the first prices of a coin. */
const EXPECTED: readonly string[] = ['posts', 'prices'];

export type Placed = Readonly<Placement<WindowFacts>>;
export type CoinWindow = Window<WindowFacts>;

/** What `signals` knows: windows, what is in them, and how far each stream is. */
export class SignalState {
  readonly rules: TimeRules;
  readonly grid: WindowGrid;
  readonly streams: CoinStreams;
  readonly rows: SignalRows;
  readonly windows: TumblingWindows<WindowFacts>;
  readonly #contents: Contents;
  readonly #seen: SeenCounts;

  /** `keepsAll`: no window closes before the end, for a replay. */
  constructor(
    readonly settings: SignalSettings,
    restored: Restored,
    due: (key: string, window: CoinWindow) => void,
    keepsAll = false,
  ) {
    const { zone = 'UTC', retain: retainMs } = settings;
    const { latenessMs, idleMs, lagOf } = timeRules(settings);
    this.rules = {
      latenessMs: keepsAll ? Number.POSITIVE_INFINITY : latenessMs,
      idleMs,
      lagOf: lagOfStream(lagOf),
      maxBehindMs: MAX_BEHIND,
    };
    this.grid = new WindowGrid(settings);
    this.#contents = new Contents(unitOf(settings), restored, settings);
    this.streams = new CoinStreams(restored, this.rules.lagOf);
    const countedMs = keepsAll ? Number.POSITIVE_INFINITY : this.grid.longest + retainMs + MAX_BEHIND;
    this.#seen = new SeenCounts(restored, countedMs);
    this.rows = new SignalRows(settings, this.#contents, this.streams, this.#seen, restored);
    const start = () => this.rows.start();
    this.windows = new TumblingWindows(this.grid.lengths, start, this.rules, due, restored, {
      retainMs,
      zone,
    });
  }

  /** Reads a record; undefined for one that belongs to no window. Throws InvalidRecord. */
  read(input: Input, out: Emitter): Fact | undefined {
    if (input.topic === 'posts-seen') {
      if (input.value === null || !this.#seen.add(input.value)) out.drop('repeat');
      return undefined;
    }
    const fact = readFact(input);
    if (typeof fact === 'string') out.drop(fact);
    else if (this.grid.fits(fact)) return fact;
    else out.drop('bar is longer than each window, or crosses its edge');
    return undefined;
  }

  place(key: string, fact: Fact): Placed {
    return this.windows.place(key, ...this.grid.placeOf(fact));
  }

  /** When a record had arrived at the latest; `before`: the newest time of its stream until then. */
  arrivalOf({ stream, time }: Fact, before: Millis): Millis {
    return Math.max(before, time) + (this.rules.lagOf(stream) ?? 0);
  }

  /**
   * The end of the windows for which a record is late by the times of its own source, although others hold them open. -Infinity
   * for a record that is not. The first record of a live source is late for windows that wait for such a source alone.
   */
  releaseOf(key: string, { start, stream }: Fact, { isPast }: Placed, before: Millis): Millis {
    const isLive = this.rules.lagOf(stream) !== undefined;
    const isFirst = before === Number.NEGATIVE_INFINITY;
    if ((isPast || isFirst) && !isLive) return Number.NEGATIVE_INFINITY;
    const reached = isFirst ? this.#known(key) : before;
    if (reached === Number.NEGATIVE_INFINITY) return reached;
    const passed = this.grid.lastEnd(reached - this.settings.lateness);
    const release = Math.max(passed, this.streams.sinceOf(key, stream));
    return start < release && this.windows.watermarkOf(key) < release ? release : Number.NEGATIVE_INFINITY;
  }

  /** How far the sources of a coin that have records are; -Infinity in a backlog. */
  #known(key: string): Millis {
    const { sources } = this.windows.clockOf(key);
    if (Object.hasOwn(sources, UNREAD)) return Number.NEGATIVE_INFINITY;
    const known = Object.entries(sources).filter(([name, { idle }]) => !EXPECTED.includes(name) && !idle);
    return known.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...known.map(([, { time }]) => time));
  }

  /** What changed since the last call. */
  changes(touched: ReadonlySet<string>): StateChange[] {
    const windows = this.windows.changes();
    const needed = (key: string) =>
      this.grid.needed(this.windows.spansOf(key), this.windows.watermarkOf(key));
    return [
      ...windows,
      ...this.#contents.changes(needed, touched),
      ...this.streams.changes(),
      ...this.rows.changes(),
      ...this.#seen.changes(),
    ];
  }
}
