import { createHash } from 'node:crypto';
import { UserError } from '../../core/errors.ts';
import type { UnfinishedRow } from './prices/unfinished-bars.ts';
import type { Spot } from './rows/block.ts';

/** The pair that the user named for a file. */
export interface NamedPair {
  readonly base?: string | undefined;
  readonly quote?: string | undefined;
}

/** How far a file was read. Stored as JSON beside the topic. */
export interface FilePosition extends Omit<Spot, 'sum'> {
  /** CRC-32 of the bytes before; positions of older versions have none. */
  readonly sum?: number | undefined;
  /** The first bytes of the file as they were, so that a replaced file is noticed before all of it is read. */
  readonly head: { readonly length: number; readonly hash: string };
  /** A last row without a line end that was taken all the same: it stands after `bytes`. */
  readonly tail?: string | undefined;
  /** The place before the last row, from which a file is read whose last row has changed. */
  readonly before?: Spot | undefined;
  /** Of a file that is read as a whole (newest first, Parquet): `bytes` is its size and `sum` that of all its bytes. */
  readonly whole?: true | undefined;
  /** Rows that were left out, because their bars were not over. */
  readonly unfinished?: readonly UnfinishedRow[] | undefined;
  readonly pair?: NamedPair | undefined;
  /** How its rows are read: `PriceLayout.stored`, and the names of the columns of JSON objects. */
  readonly layout?: object | undefined;
  readonly names?: readonly string[] | undefined;
}

/** Bytes that the fingerprint covers. */
export const FINGERPRINT_BYTES = 1024;

export function fingerprint(head: Buffer, length = FINGERPRINT_BYTES): FilePosition['head'] {
  const covered = head.subarray(0, Math.min(length, FINGERPRINT_BYTES));
  return { length: covered.length, hash: createHash('sha256').update(covered).digest('hex').slice(0, 32) };
}

/** Whether the file that begins with `head` can be the one of this position. */
export function sameHead(position: FilePosition, head: Buffer): boolean {
  const now = fingerprint(head, position.head.length);
  return now.length === position.head.length && now.hash === position.head.hash;
}

export const placeName = (topic: string, path: string): string => `file:${topic}:${path}`;

/** Throws UserError `damaged` for a text that is no position. */
export function parsePlace(text: string): FilePosition {
  try {
    const position = JSON.parse(text) as FilePosition;
    if (
      Number.isSafeInteger(position.bytes) &&
      Number.isSafeInteger(position.lines) &&
      position.head !== undefined
    )
      return position;
  } catch {
    // falls through to the UserError
  }
  throw new UserError(
    'damaged',
    `the stored position of this file is damaged: ${text.slice(0, 100)}`,
    'Read the file again with --from-start.',
  );
}

const pairText = ({ base, quote }: NamedPair): string => `${base ?? '?'}/${quote ?? '?'}`;

/** Throws UserError `usage` where a file was imported as another pair than the one named now. */
export function refuseOtherPair(file: string, position: FilePosition, pair: NamedPair): void {
  const before = position.pair;
  if (before === undefined || (before.base === pair.base && before.quote === pair.quote)) return;
  throw new UserError(
    'usage',
    `--file ${file} was imported as ${pairText(before)}; now it is named ${pairText(pair)}`,
    'Name the pair that it holds, or import it as the other one, too, with --again.',
  );
}
