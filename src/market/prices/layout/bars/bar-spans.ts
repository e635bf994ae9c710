import { InvalidRecord } from '../../../../core/stream/record.ts';
import { DAY, formatSpan, formatTime, HOUR, type Millis } from '../../../../core/util/time.ts';
import type { Zone } from '../cells/wall-time.ts';
import { type BarLength, isMonth, pastMultiple } from './usual-lengths.ts';

/** Start of the month after the one of `wall`. */
function nextMonth(wall: Millis): Millis {
  const date = new Date(wall);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** The end of each bar by its start. Days, weeks and months are those of the zone's calendar. */
export function endReader(length: BarLength, zone: Zone | undefined): (start: Millis) => Millis {
  const month = isMonth(length);
  if (!month && (zone === undefined || length.ms < DAY)) return (start) => start + length.ms;
  const next = month ? nextMonth : (wall: Millis) => wall + length.ms;
  if (zone === undefined) return next;
  return (start) => {
    const wall = next(zone.wallAt(start));
    // Where clocks skip midnight, the day begins an hour later.
    return zone.instantsOf(wall)[0] ?? zone.instantsOf(wall + HOUR)[0]!;
  };
}

/**
 * Throws InvalidRecord for a start between those of the other bars, such as the moment of a download. Days begin an hour
 * earlier or later where clocks changed.
 */
export function checkPhase(start: Millis, { ms, text }: BarLength, phase: Millis): void {
  if ((start - phase) % ms === 0) return;
  const rest = pastMultiple(start, ms, phase);
  if (ms >= DAY && (rest % DAY <= HOUR || rest % DAY >= DAY - HOUR)) return;
  throw new InvalidRecord(
    `its time ${formatTime(start)} is ${formatSpan(rest)} after the start of a ${text} bar`,
  );
}
