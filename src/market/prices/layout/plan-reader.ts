import { InvalidRecord } from '../../../core/stream/record.ts';
import type { Millis } from '../../../core/util/time.ts';
import type { Cell, Row } from '../table.ts';
import { readDateAndClock, timeReader } from './cells/times.ts';
import { openZone, type Zone } from './cells/wall-time.ts';
import type { PriceRow } from './layout.ts';
import type { LayoutPlan } from './plan.ts';
import { barReader } from './read-bars.ts';
import { tickReader } from './read-ticks.ts';

type CellOf = (row: Row) => Cell;

/** The cell that holds a row's time: of one column, or a text of the two of date and time of day. */
export function timeCellOf({ columns, otherTime }: Pick<LayoutPlan, 'columns' | 'otherTime'>): CellOf {
  const { time, date, clock, end } = columns;
  if (time === undefined && date !== undefined && clock !== undefined)
    return (row) => readDateAndClock(row[date], row[clock]);
  const at = time ?? date ?? end ?? -1;
  return otherTime === undefined ? (row) => row[at] : (row) => row[at] ?? row[otherTime];
}

const isBlank = (cell: Cell): boolean => cell == null || (typeof cell === 'string' && cell.trim() === '');

/** A comment or an address on a line of its own, as between files that were joined. */
const isNote = ([cell, ...others]: Row): boolean =>
  others.length === 0 && typeof cell === 'string' && /^\s*(?:#|\/\/|https?:)/.test(cell);

/** Reads the time of each row. Stateful where a zone repeats an hour: the bars of a series come in order. */
function rowTimes(plan: LayoutPlan, zone: Zone | undefined): (row: Row) => Millis {
  const cellOf = timeCellOf(plan);
  const repeats = plan.order === 'unordered' ? undefined : plan.kind !== 'bars';
  const symbolAt = plan.series.symbolAt ?? plan.series.baseAt;
  if (zone === undefined || symbolAt === undefined) {
    const read = timeReader(plan.dateOrder, zone, repeats);
    return (row) => read(cellOf(row));
  }
  // Series take turns: each has its own row before.
  const readers = new Map<Cell, ReturnType<typeof timeReader>>();
  return (row) => {
    let read = readers.get(row[symbolAt]);
    if (read === undefined) {
      read = timeReader(plan.dateOrder, zone, repeats);
      readers.set(row[symbolAt], read);
    }
    return read(cellOf(row));
  };
}

/** Reads the rows of a planned layout. Undefined for a row that is no data. Throws InvalidRecord. */
export function planReader(plan: LayoutPlan, latest: Millis): (row: Row) => PriceRow | undefined {
  const zone = plan.zone === undefined ? undefined : openZone(plan.zone);
  const timeCell = timeCellOf(plan);
  const timeOf = rowTimes(plan, zone);
  const read =
    plan.kind === 'bars'
      ? barReader(plan, zone, timeOf, timeCell, latest)
      : tickReader(plan, timeOf, timeCell, latest);
  const { width, headerCell } = plan;

  /** A row of another width: blank, or with empty cells past its end. */
  const readOdd = (row: Row): PriceRow | undefined => {
    if (row.every(isBlank) || isNote(row)) return undefined;
    if (row.length > width! && row.slice(width).every(isBlank)) return read(row);
    throw new InvalidRecord(
      `${row.length} fields, but the ${headerCell === undefined ? 'first row' : 'header'} has ${width}`,
    );
  };
  return (row) => {
    if (width !== undefined && row.length !== width) return readOdd(row);
    try {
      return read(row);
    } catch (error) {
      if (row.every(isBlank)) return undefined;
      const cell = timeCell(row);
      if (headerCell !== undefined && typeof cell === 'string' && cell.trim() === headerCell)
        return undefined;
      throw error;
    }
  };
}
