import { createHash } from 'node:crypto';
import { InvalidRecord } from '../../core/stream/record.ts';
import { isObject, type Json, preview } from '../../core/util/json.ts';

/** An event whose id is the hash of its contents. Its signature is not checked. */
export interface NostrEvent {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly pubkey: string;
  /** Seconds, by the author's clock. */
  readonly created_at: number;
  readonly kind: number;
  readonly tags: readonly (readonly string[])[];
  readonly content: string;
}

const HEX = /^[0-9a-f]{64}$/;
/** Seconds; later times have no date. */
const LAST_SECOND = 8.64e12;

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((part) => typeof part === 'string');

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The id of an event with these contents (NIP-01). */
export const hashEvent = ({ pubkey, created_at, kind, tags, content }: Omit<NostrEvent, 'id'>): string =>
  sha256(JSON.stringify([0, pubkey, created_at, kind, tags, content]));

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

/** Why a value is no event, its id aside; undefined if it is one. */
function formError({ id, pubkey, created_at, kind, tags, content }: Json): string | undefined {
  if (typeof id !== 'string' || !HEX.test(id)) return `id: ${preview(id)} is not a hash`;
  if (typeof pubkey !== 'string' || !HEX.test(pubkey)) return `pubkey: ${preview(pubkey)} is not a key`;
  if (!isCount(created_at) || (created_at as number) > LAST_SECOND)
    return `created_at: ${preview(created_at)} is not a time`;
  if (!isCount(kind)) return `kind: ${preview(kind)} is not a kind`;
  if (!Array.isArray(tags) || !tags.every(isTexts)) return 'tags: not lists of texts';
  return typeof content === 'string' ? undefined : `content: ${preview(content)} is not a text`;
}

/** Throws InvalidRecord for a value that is no event, or whose id is not the hash of its contents. */
export function checkedEvent(value: unknown): NostrEvent {
  if (!isObject(value)) throw new InvalidRecord('not an object');
  const why = formError(value);
  if (why !== undefined) throw new InvalidRecord(why);
  const event = value as unknown as NostrEvent;
  if (hashEvent(event) !== event.id)
    throw new InvalidRecord(`id: ${event.id} is not the hash of the contents`);
  return event;
}

/** The ids that a deletion names. */
export const deletedIds = ({ tags }: NostrEvent): readonly string[] =>
  tags.flatMap(([name, id]) => (name === 'e' && id !== undefined && HEX.test(id) ? [id] : []));
