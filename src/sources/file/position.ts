import { createHash } from 'node:crypto';
import { UserError } from '../../core/errors.ts';

/** What a price reader learned from the first lines, for a run that begins after them. */
export interface Shape {
  readonly format: 'candles' | 'ticks' | 'quotes';
  /** The header line of a CSV. */
  readonly header?: string | undefined;
  readonly intervalMs?: number | undefined;
}

/** How far a file was read. Stored as JSON beside the topic. */
export interface FilePosition {
  /** Bytes read, always up to the start of a line; of the decompressed text for gzip. */
  readonly bytes: number;
  readonly lines: number;
  /** CRC-32 of these bytes; positions of older versions have none. */
  readonly sum?: number | undefined;
  /** The first bytes of the file as they were, so that a replaced file is noticed before all of it is read. */
  readonly head: { readonly length: number; readonly hash: string };
  /** A last line without a line end that was taken all the same: it stands after `bytes`. */
  readonly tail?: string | undefined;
  readonly shape?: Shape | undefined;
}

/** Bytes that the fingerprint covers. */
const HEAD_BYTES = 1024;

export function fingerprint(head: Buffer, length = HEAD_BYTES): FilePosition['head'] {
  const covered = head.subarray(0, Math.min(length, HEAD_BYTES));
  return { length: covered.length, hash: createHash('sha256').update(covered).digest('hex').slice(0, 32) };
}

/** Whether the file that begins with `head` can be the one that this place was noted for. */
export function sameHead(place: FilePosition, head: Buffer): boolean {
  const now = fingerprint(head, place.head.length);
  return now.length === place.head.length && now.hash === place.head.hash;
}

export const placeName = (topic: string, path: string): string => `file:${topic}:${path}`;

/** Throws UserError `damaged` for a text that is no place. */
export function parsePlace(text: string): FilePosition {
  try {
    const place = JSON.parse(text) as FilePosition;
    if (Number.isSafeInteger(place.bytes) && Number.isSafeInteger(place.lines) && place.head !== undefined)
      return place;
  } catch {
    // falls through to the UserError
  }
  throw new UserError(
    'damaged',
    `the stored position of this file is unreadable: ${text.slice(0, 100)}`,
    'Read the file again with --from-start.',
  );
}
