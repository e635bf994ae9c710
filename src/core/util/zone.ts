import { HOUR, type Millis } from './time.ts';

/** Whether Intl knows this IANA name of a time zone. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds to add to UTC for the local time of a zone. */
export type ZoneOffset = (time: Millis) => Millis;

/** Remembered quarters of an hour; past it all are forgotten. */
const MOST_QUARTERS = 10_000;

/** The offsets of an IANA time zone. Offsets change on quarters of an hour, and Intl is slow: each quarter is asked once. */
export function zoneOffset(name: string): ZoneOffset {
  if (name === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const ask = (time: Millis): Millis => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const of = (part: Intl.DateTimeFormatPartTypes) => Number(parts.get(part));
    const year = parts.get('era') === 'BC' ? 1 - of('year') : of('year');
    return Date.UTC(year, of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - time;
  };
  const known = new Map<number, Millis>();
  return (time) => {
    const quarter = Math.floor(time / (HOUR / 4));
    let offset = known.get(quarter);
    if (offset === undefined) {
      if (known.size >= MOST_QUARTERS) known.clear();
      offset = ask(quarter * (HOUR / 4));
      known.set(quarter, offset);
    }
    return offset;
  };
}
