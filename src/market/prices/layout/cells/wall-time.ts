import { DAY, type Millis } from '../../../../core/util/time.ts';
import { isZone, zoneOffset } from '../../../../core/util/zone.ts';

/** A time zone. A wall time is the epoch ms that its date and clock would have in UTC. */
export interface Zone {
  /** The wall time at an instant. */
  wallAt(time: Millis): Millis;
  /** The instants at which clocks show a wall time, in order: none in a skipped hour, two in a repeated one. */
  instantsOf(wall: Millis): readonly Millis[];
}

/** A zone by its IANA name. Undefined if there is none of that name. */
export function openZone(name: string): Zone | undefined {
  if (!isZone(name)) return undefined;
  const offsetAt = zoneOffset(name);

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
