import type { Millis } from '../../util/time.ts';
import type { Windows } from '../../util/window-length.ts';
import { advanceIdle, advanceToEnd, observe } from '../watermark.ts';
import type { Placement } from './placement.ts';
import type { Track } from './timeline.ts';
import { byEnd, find, gapAfter, lastTime, leastEnd, nameOf, startsAt, type Window } from './window.ts';
import { WindowLists } from './window-lists.ts';
import type { Numbers } from './window-packer.ts';

const NO_LAG = () => undefined;

/** The windows of one key, and how its event time opens and closes them. */
export class KeyWindows<A extends Numbers<A>> extends WindowLists<A> {
  /** Finds or opens the windows that contain [start, end). */
  place(start: Millis, end: Millis, placed: Placement<A>): void {
    const { live } = this.time;
    let isFirst = true;
    for (const kind of this.rules.kinds) {
      const windowStart = kind.startOf(start);
      const windowEnd = kind.endOf(windowStart);
      if (end > windowEnd) {
        placed.unfit.push(kind);
        continue;
      }
      const isBehind = windowEnd <= live.clock.watermark;
      if (isFirst) placed.start = windowStart;
      const window =
        find(isBehind ? this.past : this.open, kind, windowStart) ??
        this.closed.get(kind, windowStart, windowEnd);
      let isOpen = true;
      if (window !== undefined) {
        window.dirty = true;
        isOpen = !window.isClosed;
        if (isOpen) placed.open.push(window);
        else placed.closed.push(window);
      } else if (this.time.isClosed(windowEnd)) {
        isOpen = false;
        placed.missed.push(kind);
      } else {
        if (!isBehind) {
          if (placed.start < live.from) live.from = placed.start;
          if (start < live.first) live.first = start;
        }
        placed.open.push(this.#open(kind, windowStart, windowEnd, isBehind));
        placed.isNew = true;
      }
      if (isFirst) placed.isPast = isBehind && isOpen;
      isFirst = false;
    }
  }

  /** Takes the event time of a record that was placed, and closes what is due. */
  observe(source: string, time: Millis, { isPast, isNew, start }: Placement<A>): void {
    const track = isPast ? this.#pastFrom(start) : this.time.live;
    const before = track.clock.watermark;
    if (!observe(track.clock, source, time, this.rules.time)) return;
    if (isNew || track.clock.watermark >= (isPast ? this.nextPast : this.nextEnd))
      this.#advance(track, before);
  }

  /**
   * `touch`: called before a window closes, with the watermark under which the windows were packed. True if a source fell
   * silent, which later commits may store.
   */
  advanceIdle(now: Millis, elapsed: Millis, touch: (watermark: Millis) => void): boolean {
    const { live, past } = this.time;
    const { time: rules } = this.rules;
    const before = live.clock.watermark;
    const { moved, noted } = advanceIdle(live.clock, now, elapsed, rules);
    if (moved && live.clock.watermark >= this.nextEnd) {
      touch(before);
      this.#advance(live, before);
    }
    if (!this.hasPast) return noted;
    const isSilent = past !== undefined && advanceIdle(past.clock, now, 0, { ...rules, lagOf: NO_LAG }).noted;
    // History has come to its end when its sources are silent.
    if (past === undefined || Object.values(past.clock.sources).every(({ idle }) => idle)) {
      touch(live.clock.watermark);
      this.endPast();
    }
    return noted || isSilent;
  }

  /** Advances the watermark to `time`, and closes what is due. */
  advanceTo(time: Millis): void {
    const { live } = this.time;
    const before = live.clock.watermark;
    if (time <= before) return;
    live.clock.watermark = time;
    if (time >= this.nextEnd) this.#advance(live, before);
  }

  /** Closes all windows of history; `clock` advances the watermark to the clock, `all` closes every window. */
  finish(mode: 'clock' | 'all', now: Millis): void {
    const { live } = this.time;
    this.endPast();
    const before = live.clock.watermark;
    advanceToEnd(live.clock, now, this.rules.time);
    if (live.clock.watermark >= this.nextEnd) this.#advance(live, before);
    if (mode === 'clock') return;
    const left = this.open;
    this.open = [];
    this.nextEnd = Number.POSITIVE_INFINITY;
    this.#closeEarly(left, () => true);
  }

  #open(kind: Windows, start: Millis, end: Millis, isPast: boolean): Window<A> {
    const window: Window<A> = {
      kind,
      start,
      end,
      state: this.rules.start(),
      parts: undefined,
      revision: 0,
      isClosed: false,
      isPast,
      isEdge: false,
      dirty: true,
      isStored: false,
    };
    this.hold(window);
    return window;
  }

  /** The track of history from this start of a window. Of the one before, no closed window is kept. */
  #pastFrom(start: Millis): Track {
    const { past } = this.time;
    if (past !== undefined && start < past.from) {
      for (const window of this.closed)
        if (window.isPast && window.end > past.clock.watermark) this.#cover(window);
      this.closed.forgetPast();
    }
    return this.time.pastFrom(start);
  }

  /** Closes what is due by a track's watermark, which was `before`, and ends its span at a gap. */
  #advance(track: Track, before: Millis): void {
    const isPast = track !== this.time.live;
    const watermark = track.clock.watermark;
    let rest = isPast ? this.past : this.open;
    let due: Window<A>[] = [];
    if (watermark >= (isPast ? this.nextPast : this.nextEnd)) {
      const isDue = ({ end }: Window<A>) => end <= watermark && end > track.from;
      due = rest.filter(isDue);
      rest = rest.filter((window) => !isDue(window));
      if (due.length > 1) due.sort(byEnd);
      if (isPast) {
        this.past = rest;
        this.nextPast = leastEnd(rest);
      } else {
        this.open = rest;
        this.nextEnd = leastEnd(rest);
      }
    }
    const closedUpTo = Math.max(before, due.at(-1)?.end ?? before);
    // Nearly always the next window follows at once.
    if (!startsAt(rest, closedUpTo)) {
      const gap = gapAfter(watermark, this.#lastEnd(track, closedUpTo), rest);
      if (gap !== undefined) this.time.cut(track, gap.from, gap.to);
    }
    for (const window of due) this.#close(window);
  }

  /** The end of the last closed window of a track; some were closed before their time has come. */
  #lastEnd(track: Track, closedUpTo: Millis): Millis {
    const isPast = track !== this.time.live;
    let end = Math.max(closedUpTo, track.from);
    for (const window of this.closed)
      if (window.isPast === isPast && window.end <= track.clock.watermark && window.end > end)
        end = window.end;
    return end;
  }

  #close(window: Window<A>, isKept = true): void {
    window.isClosed = true;
    window.isEdge ||= this.time.isEdge(window);
    window.dirty = true;
    this.rules.due(this.key, window);
    if (isKept) this.closed.add(window);
    else if (window.isStored) this.rules.deleted.push(nameOf(this.key, window));
  }

  /** Closes all windows of history. */
  endPast(): void {
    const left = this.past;
    this.past = [];
    this.nextPast = Number.POSITIVE_INFINITY;
    // Windows of an earlier stretch of history have no watermark that says how long to keep them.
    const { past = this.time.live } = this.time;
    const last = lastTime(past.clock);
    this.#closeEarly(left, (window) => window.isEdge || (window.end > past.from && window.start <= last));
  }

  /** Closes windows before their time has come. The watermark stays: one that is kept may open again. */
  #closeEarly(windows: Window<A>[], isKept: (window: Window<A>) => boolean): void {
    for (const window of windows.sort(byEnd)) {
      const kept = this.rules.retainMs > 0 && isKept(window);
      if (!kept) this.#cover(window);
      this.#close(window, kept);
    }
  }

  /** Remembers that a window is closed which no watermark has passed. */
  #cover({ kind, start, end }: Window<A>): void {
    this.time.cover(kind === this.rules.kinds[0] ? start : end - 1, end);
  }
}
