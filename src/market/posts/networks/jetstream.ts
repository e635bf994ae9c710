import type { Json } from '../../../core/util/json.ts';
import { epochTime, type Millis, readTime } from '../../../core/util/time.ts';
import { asObject } from '../fields.ts';

/** What both wires of Bluesky's Jetstream say about an event. Absent fields are undefined, never wrong ones. */
export interface JetstreamEvent {
  /** `commit`, `account`, `identity`, `sync`; v2 also `info` and `error`. */
  readonly kind: string;
  /** The repository: the author. */
  readonly did: string | undefined;
  /** The server's own number of the event. */
  readonly seq: number | undefined;
  /** When Jetstream saw it; NaN if unknown. */
  readonly time: Millis;
  /** The commit, the account or the message, by its kind. */
  readonly body: Json;
}

const V2_TYPE = /^network\.bsky\.jetstream\.subscribeEvents#(\w+)$/;
const NOTHING: Json = Object.freeze({});

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const seqOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** v2 writes six decimals; without the last three the text has the form that is read fast. */
const timeOf = (text: string): Millis =>
  readTime(text.length === 27 ? `${text.slice(0, 23)}${text[26]}` : text);

function readFrame(frame: Json): JetstreamEvent | undefined {
  if (frame.$type === 'error')
    return { kind: 'error', did: undefined, seq: undefined, time: Number.NaN, body: frame };
  const payload = frame.$type === 'message' ? asObject(frame.payload) : undefined;
  const kind = V2_TYPE.exec(String(payload?.$type))?.[1];
  if (payload === undefined || kind === undefined) return undefined;
  return {
    kind,
    did: textOf(payload.did),
    seq: seqOf(payload.seq),
    time: timeOf(String(payload.time)),
    body: kind === 'account' ? (asObject(payload.account) ?? NOTHING) : payload,
  };
}

function readOldFrame(frame: Json): JetstreamEvent | undefined {
  const { did, time_us, kind } = frame;
  if (typeof did !== 'string' || typeof kind !== 'string' || time_us === undefined) return undefined;
  const time = typeof time_us === 'number' ? epochTime(time_us) : Number.NaN;
  return { kind, did, seq: seqOf(frame.cursor), time, body: asObject(frame[kind]) ?? NOTHING };
}

/** Reads a frame of either wire, v2's `subscribeEvents` or v1's `/subscribe`; undefined for anything else. */
export const readJetstream = (frame: Json): JetstreamEvent | undefined =>
  frame.$type === undefined ? readOldFrame(frame) : readFrame(frame);
