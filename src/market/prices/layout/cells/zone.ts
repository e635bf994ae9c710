import { DAY, MINUTE, type Millis } from '../../../../core/util/time.ts';

/** A time zone. A wall time is the epoch ms that its date and clock would have in UTC. */
export interface Zone {
  /** The wall time at an instant. */
  wallAt(time: Millis): Millis;
  /** The instants at which clocks show a wall time, in order: none in a skipped hour, two in a repeated one. */
  instantsOf(wall: Millis): readonly Millis[];
}

const QUARTER = 15 * MINUTE;
const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** A zone by its IANA name. Undefined if there is none of that name. */
export function openZone(name: string): Zone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  const measure = (time: Millis): Millis => {
    const whole = Math.floor(time / 1000) * 1000;
    const parts = new Map(
      format.formatToParts(new Date(whole)).map(({ type, value }) => [type, Number(value)]),
    );
    const [year, month, day, hour, minute, second] = PARTS.map((part) => parts.get(part)!) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return Date.UTC(year, month - 1, day, hour, minute, second) - time;
  };

  /** Clocks change at whole quarters of an hour; formatting takes microseconds. */
  const offsets = new Map<number, Millis>();
  const offsetAt = (time: Millis): Millis => {
    const quarter = Math.floor(time / QUARTER);
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    const offset = measure(quarter * QUARTER);
    offsets.set(quarter, offset);
    return offset;
  };

  /** The offset around a day of UTC, where it does not change from the day before to the end of the day after. */
  const steady = new Map<number, Millis | undefined>();
  const steadyOffset = (time: Millis): Millis | undefined => {
    const day = Math.floor(time / DAY);
    if (!steady.has(day)) {
      const offset = offsetAt((day - 1) * DAY);
      steady.set(day, offset === offsetAt((day + 2) * DAY) ? offset : undefined);
    }
    return steady.get(day);
  };

  return {
    wallAt: (time) => time + (steadyOffset(time) ?? offsetAt(time)),
    instantsOf(wall) {
      const offset = steadyOffset(wall);
      if (offset !== undefined) return [wall - offset];
      const around = [...new Set([offsetAt(wall - DAY), offsetAt(wall + DAY)])];
      return around
        .map((one) => wall - one)
        .filter((time) => time + offsetAt(time) === wall)
        .sort((a, b) => a - b);
    },
  };
}
