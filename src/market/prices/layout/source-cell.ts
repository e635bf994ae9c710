import { InvalidRecord } from '../../../core/stream/record.ts';
import type { Row } from '../table.ts';

/** The exchange or service that a row names, lower-case; undefined if it names none. Throws InvalidRecord. */
export function sourceIn(row: Row, at: number | undefined): string | undefined {
  const cell = at === undefined ? undefined : row[at];
  if (cell == null || cell === '') return undefined;
  if (typeof cell !== 'string' || cell.length > 32)
    throw new InvalidRecord(`source: '${String(cell).slice(0, 60)}' is not the name of a source`);
  return cell.trim().toLowerCase();
}
