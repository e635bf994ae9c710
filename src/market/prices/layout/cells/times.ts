import { aheadReason } from '../../../../core/stream/ahead.ts';
import { InvalidRecord } from '../../../../core/stream/record.ts';
import { epochTime, formatTime, type Millis } from '../../../../core/util/time.ts';
import type { Cell } from '../../table.ts';
import type { DateOrder } from '../layout.ts';
import { calendarReader } from './calendar.ts';
import { readDigits } from './digits.ts';
import type { Zone } from './wall-time.ts';

/** Reads the time in a cell. NaN if it is none. Stateful: it resolves an hour that a zone repeats by the row before. */
export type TimeReader = (cell: Cell) => Millis;

const NANOS_PER_MS = 1_000_000n;
const isNanos = (count: bigint): boolean =>
  count >= 100_000_000_000_000_000n && count < 10_000_000_000_000_000_000n;

/**
 * A reader of the times of one series. `repeats`: whether rows of equal times are the rule (trades); bars of equal times are the two hours of a night in autumn. A
 * time in a repeated hour is NaN while no row before it tells which one is meant, and where `repeats` is undefined: the rows
 * have no order.
 */
export function timeReader(
  dateOrder: DateOrder | undefined,
  zone: Zone | undefined,
  repeats: boolean | undefined,
): TimeReader {
  let previous = Number.NaN;
  const toUtc = (wall: Millis): Millis => {
    if (zone === undefined) return wall;
    const instants = zone.instantsOf(wall);
    if (instants.length < 2) {
      const [instant = Number.NaN] = instants;
      return instant;
    }
    if (Number.isNaN(previous) || repeats === undefined) return Number.NaN;
    const [first, second] = instants as [Millis, Millis];
    return first > previous || (repeats && first === previous) ? first : second;
  };
  const read = calendarReader(dateOrder, toUtc);
  const readText = (text: string): Millis => readDigits(text, toUtc) ?? read(text);
  const readCell = (cell: Cell): Millis => {
    if (typeof cell === 'string') {
      const time = readText(cell);
      // Rarely blanks around it.
      return Number.isNaN(time) && cell !== cell.trim() ? readText(cell.trim()) : time;
    }
    if (typeof cell === 'number') return cell < 1e8 ? readText(String(cell)) : epochTime(cell);
    if (typeof cell !== 'bigint') return Number.NaN;
    return isNanos(cell) ? Number(cell / NANOS_PER_MS) : epochTime(Number(cell));
  };
  if (zone === undefined) return readCell;
  return (cell) => {
    const time = readCell(cell);
    if (!Number.isNaN(time)) previous = time;
    return time;
  };
}

/** The same, from a column of days and one of times of day. */
export function readDateAndClock(date: Cell, clock: Cell): Cell {
  if (date == null || clock == null) return undefined;
  return `${String(date).trim()} ${padClock(String(clock).trim())}`;
}

/** `93000` lost its zero in a spreadsheet or as a number. */
const padClock = (clock: string): string =>
  /^\d{5}$/.test(clock) ? `0${clock}` : /^\d{3}$/.test(clock) ? `0${clock}` : clock;

/** The reason to reject a row's time: none at all, before 1990, or after `latest`. */
export function timeReason(
  time: Millis,
  cell: Cell,
  latest: Millis,
  zone: string | undefined,
): InvalidRecord {
  const written = `'${String(cell ?? '')
    .trim()
    .slice(0, 60)}'`;
  if (Number.isNaN(time))
    return new InvalidRecord(
      zone === undefined
        ? `${written} is not a time`
        : `${written} is not a time of ${zone}, or one that its clocks show twice`,
    );
  return new InvalidRecord(aheadReason(time, latest) ?? `its time ${formatTime(time)} is before 1990`);
}
