import { type Flag, listOf, type Option, option, optionalText } from './option.ts';
import { formatSpan, type Millis, parseSpan, readTime } from './util/time.ts';
import { formatWindow, longestOf, parseWindow, type WindowLength } from './util/window-length.ts';
import { isZone } from './util/zone.ts';

type SpanRange = { min: Millis; max: Millis };

function spanWithin(value: string, range: SpanRange): Millis {
  const span = parseSpan(value);
  if (span < range.min || span > range.max)
    throw new RangeError(`'${value}' is not between ${formatSpan(range.min)} and ${formatSpan(range.max)}`);
  return span;
}

const spanBounds = (range: SpanRange) => `${formatSpan(range.min)} to ${formatSpan(range.max)}`;

export function span(flag: Flag, help: string, fallback: Millis, range: SpanRange) {
  const parse = (value: string) => spanWithin(value, range);
  return option(flag, '<span>', help, fallback, formatSpan(fallback), parse, { bounds: spanBounds(range) });
}

/** A span without a default. */
export function optionalSpan(flag: Flag, help: string, range: SpanRange) {
  const parse = (value: string) => spanWithin(value, range);
  return option<Millis | undefined>(flag, '<span>', help, undefined, '', parse, {
    bounds: spanBounds(range),
  });
}

export function spans(
  flag: Flag,
  help: string,
  fallback: readonly Millis[],
  range: SpanRange,
): Option<readonly Millis[]> {
  const fallbackText = fallback.map(formatSpan).join(',');
  const parsePart = (part: string) => spanWithin(part, range);
  return {
    ...listOf(flag, '<spans>', help, fallback, parsePart, fallbackText),
    bounds: spanBounds(range),
  };
}

/** Lengths of windows: `10m,1d,1w,1M`. */
export function windows(
  flag: Flag,
  help: string,
  fallback: readonly WindowLength[],
  range: { min: Millis; max: WindowLength },
): Option<readonly WindowLength[]> {
  const bounds = `${formatSpan(range.min)} to ${formatWindow(range.max)}`;
  const parsePart = (part: string): WindowLength => {
    const window = parseWindow(part);
    if (longestOf(window) < range.min || longestOf(window) > longestOf(range.max))
      throw new RangeError(`'${part}' is not between ${bounds.replace(' to ', ' and ')}`);
    return window;
  };
  const fallbackText = fallback.map(formatWindow).join(',');
  return { ...listOf(flag, '<spans>', help, fallback, parsePart, fallbackText), bounds };
}

/** `file=30s,x=1m`: a span for each name. */
export function spanByName(flag: Flag, help: string) {
  const parse = (value: string): Readonly<Record<string, Millis>> =>
    Object.fromEntries(
      value.split(',').map((part) => {
        const [name = '', given = ''] = part.split('=');
        if (name === '' || given === '') throw new RangeError(`'${part}' is not name=span; write file=30s`);
        return [name.trim(), parseSpan(given.trim())];
      }),
    );
  return option<Readonly<Record<string, Millis>>>(flag, '<name=span,...>', help, {}, '', parse, {
    repeatable: true,
  });
}

/** The IANA name of a time zone, without a default. */
export function timeZone(flag: Flag, help: string) {
  return option<string | undefined>(flag, '<zone>', help, undefined, '', (value) => {
    if (!isZone(value))
      throw new RangeError(`'${value}' is not a time zone; write a name such as Europe/Madrid`);
    return value;
  });
}

/** A moment: a date, which is its start in UTC, or a time with its offset. */
export const timeOption = (flag: Flag, help: string): Option<Millis | undefined> => ({
  ...optionalText(flag, '<time>', help),
  fallback: undefined,
  parse: (text) => {
    const time = readTime(text);
    if (Number.isNaN(time))
      throw new RangeError(`'${text}' is not a time; write 2026-03-02 or 2026-03-02T10:00:00Z`);
    return time;
  },
});
