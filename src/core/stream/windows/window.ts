import type { Millis } from '../../util/time.ts';
import type { Windows } from '../../util/window-length.ts';
import type { KeyClock } from '../watermark.ts';

/** Prefixes of the names under which clocks and windows are stored. */
export const CLOCK = 'clock|';
export const WINDOW = 'window|';

/** A window that is open, due, or closed and kept for late records. */
export interface Window<A> {
  readonly kind: Windows;
  /** The window is [start, end). */
  readonly start: Millis;
  readonly end: Millis;
  state: A;
  /** Aggregations of the parts of a key, by their names; undefined for a key without parts. */
  parts: Record<string, A> | undefined;
  /** Number of rows emitted for it. */
  revision: number;
  isClosed: boolean;
  /** Whether it belongs to history: it was behind the watermark when it opened. */
  readonly isPast: boolean;
  /** When it closed, it began before the newest stretch did: history may complete it, however late. */
  isEdge: boolean;
  /** Changed since the last commit. */
  dirty: boolean;
  isStored: boolean;
}

/** The JSON of a number; 1e999 is read as infinity, which sums of the largest prices come to. */
const numberText = (value: unknown): string =>
  Number.isFinite(value) ? String(value) : (value as number) > 0 ? '1e999' : '-1e999';

/** The JSON of a state of numbers, without the fields that have their first value. */
export function numbersText<A extends object>(state: A, start: () => A): string {
  const first = start();
  let text = '';
  for (const name in state) if (state[name] !== first[name]) text += `,"${name}":${numberText(state[name])}`;
  return `{${text.slice(1)}}`;
}

/** The text under which a window is stored: its state alone, unless there is more to say. */
export function storedWindow<A extends object>(window: Window<A>, start: () => A): string {
  const { state, parts, revision, isClosed, isPast, isEdge } = window;
  const text = numbersText(state, start);
  if (revision === 0 && !isClosed && !isPast && !isEdge && parts === undefined) return text;
  const flags = { closed: isClosed || undefined, past: isPast || undefined, edge: isEdge || undefined };
  const more = JSON.stringify({ revision, ...flags });
  const partTexts = Object.entries(parts ?? {}).map(
    ([name, part]) => `${JSON.stringify(name)}:${numbersText(part, start)}`,
  );
  const partsText = parts === undefined ? '' : `,"parts":{${partTexts.join(',')}}`;
  return `${more.slice(0, -1)}${partsText},"state":${text}}`;
}

interface Stored<A> {
  readonly revision: number;
  readonly closed?: true;
  readonly past?: true;
  readonly edge?: true;
  readonly state: A;
  readonly parts?: Record<string, A>;
}

/** Reads what `storedWindow` wrote, or the state alone, as earlier versions stored it. Fields not stored have their first value. */
export function readStoredWindow<A extends object>(
  text: string,
  start: () => A,
): Pick<Window<A>, 'state' | 'parts' | 'revision' | 'isClosed' | 'isPast' | 'isEdge'> {
  const value = JSON.parse(text) as Stored<A> | A;
  const whole = (state: A): A => Object.assign(start(), state);
  if (!('state' in value))
    return {
      state: whole(value),
      parts: undefined,
      revision: 0,
      isClosed: false,
      isPast: false,
      isEdge: false,
    };
  const { revision, closed: isClosed = false, past: isPast = false, edge: isEdge = false } = value;
  const { state, parts } = value;
  // fromEntries, not assignment: a part may be called __proto__.
  const restored =
    parts && Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, whole(part)]));
  return { state: whole(state), parts: restored, revision, isClosed, isPast, isEdge };
}

export const byEnd = (a: Window<unknown>, b: Window<unknown>): number => a.end - b.end || b.start - a.start;

/** The aggregation that a record of a part goes to; `part` is empty for a key without parts. */
export function partState<A>(window: Window<A>, part: string, start: () => A): A {
  if (part === '') return window.state;
  window.parts ??= {};
  const { parts } = window;
  if (!Object.hasOwn(parts, part)) {
    const property = { value: start(), writable: true, enumerable: true, configurable: true };
    Object.defineProperty(parts, part, property);
  }
  return parts[part]!;
}

export function find<A>(windows: readonly Window<A>[], kind: Windows, start: Millis): Window<A> | undefined {
  // The latest first: records come in order, nearly.
  for (let at = windows.length - 1; at >= 0; at--) {
    const window = windows[at]!;
    if (window.start === start && window.kind === kind) return window;
  }
  return undefined;
}

/** The spans of windows, in order of time, those that touch as one. */
export function windowSpans(
  windows: Iterable<Window<unknown>>,
): readonly (readonly [from: Millis, to: Millis])[] {
  const spans: [from: Millis, to: Millis][] = [];
  for (const { start, end } of [...windows].sort((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
}

/**
 * The time without windows after `end`, up to which they are closed; `rest` are those still open. Undefined if the next one
 * follows at once.
 */
export function gapAfter(
  watermark: Millis,
  end: Millis,
  rest: readonly Window<unknown>[],
): { readonly from: Millis; readonly to: Millis } | undefined {
  let next = Number.POSITIVE_INFINITY;
  for (const window of rest)
    if (window.end > watermark && window.start >= end && window.start < next) next = window.start;
  if (next === Number.POSITIVE_INFINITY || next === end) return undefined;
  // A window that ends within the gap would be in no span.
  for (const window of rest) if (window.end > watermark && window.end <= next) return undefined;
  return { from: end, to: next };
}

/** Whether one of these windows starts at a time. */
export function startsAt(windows: readonly Window<unknown>[], time: Millis): boolean {
  for (const { start } of windows) if (start === time) return true;
  return false;
}

/** Infinity for none. */
export function leastEnd(windows: readonly Window<unknown>[]): Millis {
  let least = Number.POSITIVE_INFINITY;
  for (const { end } of windows) if (end < least) least = end;
  return least;
}

/** The newest event time of any source. */
export function lastTime({ watermark, sources }: KeyClock): Millis {
  let last = watermark;
  for (const name in sources) if (sources[name]!.time > last) last = sources[name]!.time;
  return last;
}

export const nameOf = (key: string, { kind, start }: Window<unknown>): string =>
  `${WINDOW}${kind.length}|${start}|${key}`;
