import { HOUR, type Millis } from '../../util/time.ts';
import { type KeyClock, newKeyClock, restoreKeyClock } from '../watermark.ts';
import { Covered, type CoveredSpan } from './covered.ts';

/** A stretch of event time that a key is reading: its windows end after `from`, and are closed up to the watermark. */
export interface Track {
  clock: KeyClock;
  from: Millis;
  /** Start of the first record. */
  first: Millis;
}

/** A timeline as stored. Without `from` it was stored by an earlier version, which read no history. */
export interface StoredTimeline extends KeyClock {
  readonly from?: Millis;
  readonly first?: Millis;
  readonly covered?: readonly CoveredSpan[];
  readonly past?: KeyClock & { readonly from: Millis; readonly first: Millis };
}

/** A day, also one of 25 hours. */
const LONGEST_EDGE: Millis = 25 * HOUR;
/** As of an earlier version: everything before the watermark counts as covered. */
const ALWAYS = Number.MIN_SAFE_INTEGER;
const store = ({ clock, from, first }: Track) => (from === ALWAYS ? clock : { ...clock, from, first });

/**
 * The event time of one key: the newest stretch, older history that is being read beside it, and the spans that are
 * done. History for time that none of them covers is not late.
 */
export class Timeline {
  readonly live: Track = {
    clock: newKeyClock(),
    from: Number.MAX_SAFE_INTEGER,
    first: Number.MAX_SAFE_INTEGER,
  };
  /** The latest stretch of history, which begins before `live`. */
  past: Track | undefined;
  /** Undefined for most keys: no gap, no history. */
  #spans: Covered | undefined;

  restore(stored: Parameters<typeof restoreKeyClock>[0]): void {
    const {
      from = ALWAYS,
      first = from,
      covered,
      past,
      ...clock
    } = restoreKeyClock(stored) as StoredTimeline;
    this.live.clock = clock;
    this.live.from = from;
    this.live.first = first;
    this.#spans = covered && new Covered(covered);
    if (past === undefined) return;
    const { from: pastFrom, first: pastFirst, ...pastClock } = past;
    this.past = { clock: pastClock, from: pastFrom, first: pastFirst };
  }

  /** What `restore` takes, as plain data. */
  toJSON(): object {
    const { spans = [] } = this.#spans ?? {};
    return {
      ...store(this.live),
      ...(spans.length > 0 && { covered: spans }),
      ...(this.past && { past: store(this.past) }),
    };
  }

  /** Whether windows with this end have been closed. */
  isClosed(end: Millis): boolean {
    return (
      isClosedBy(this.live, end) ||
      (this.past !== undefined && isClosedBy(this.past, end)) ||
      this.#spans?.isClosed(end) === true
    );
  }

  /** The watermark of a window's track. */
  watermarkFor({ isPast }: { readonly isPast: boolean }): Millis {
    return (isPast && this.past !== undefined ? this.past : this.live).clock.watermark;
  }

  /**
   * Whether a window began before the newest stretch did: history may complete it, however late. Not for long windows, which
   * may have a great many bars.
   */
  isEdge({
    isPast,
    start,
    end,
  }: {
    readonly isPast: boolean;
    readonly start: Millis;
    readonly end: Millis;
  }): boolean {
    const { first } = this.live;
    return !isPast && start < first && first < end && end - start <= LONGEST_EDGE;
  }

  /** Windows that end within (from, to], closed before their time has come. */
  cover(from: Millis, to: Millis): void {
    this.#covered.add(from, to);
  }

  /** Ends a track's span at `end`; its next windows begin at `next`. */
  cut(track: Track, end: Millis, next: Millis): void {
    this.#covered.add(track.from, end);
    track.from = track.first = next;
  }

  get #covered(): Covered {
    this.#spans ??= new Covered();
    return this.#spans;
  }

  /** The track of history from this start of a window; one that begins later ends. */
  pastFrom(start: Millis): Track {
    if (this.past !== undefined && start >= this.past.from) return this.past;
    if (this.past !== undefined) this.#covered.add(this.past.from, this.past.clock.watermark);
    this.past = { clock: newKeyClock(), from: start, first: start };
    return this.past;
  }
}

const isClosedBy = ({ clock, from }: Track, end: Millis): boolean => from < end && end <= clock.watermark;
