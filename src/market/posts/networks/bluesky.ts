import { InvalidRecord } from '../../../core/stream/record.ts';
import { type Json, preview } from '../../../core/util/json.ts';
import { formatTime, MINUTE, type Millis, readTime } from '../../../core/util/time.ts';
import type { Tweet } from '../body.ts';
import { asObject } from '../fields.ts';
import { readBlueskyRecord } from './bluesky-record.ts';
import { type JetstreamEvent, readJetstream } from './jetstream.ts';
import type { Network, NetworkEvent } from './network.ts';

/** The collection of posts in a repository. */
const POST_COLLECTION = 'app.bsky.feed.post';
/** An author's clock may be this far behind; earlier times are imports. */
const LONGEST_DELAY: Millis = 10 * MINUTE;
/** The longest id that becomes a record's key; real ones have some 70 characters. */
const LONGEST_ID = 1000;
/** Accounts that do not come back: Bluesky's terms ask to delete their posts. */
const FINAL_STATUS: readonly unknown[] = ['deleted', 'takendown'];

const DID = /^did:[a-z]+:[a-zA-Z0-9._:%-]+$/;
const RECORD_KEY = /^[a-zA-Z0-9._~:-]+$/;
/** A time of the lexicon has a zone; without one it tells nothing. */
const HAS_ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i;

/** `at://DID/app.bsky.feed.post/RKEY`; undefined if a part is invalid. */
function postIdOf({ did, body: { collection, rkey } }: JetstreamEvent): string | undefined {
  if (did === undefined || collection !== POST_COLLECTION || typeof rkey !== 'string') return undefined;
  const id = `at://${did}/${collection}/${rkey}`;
  return DID.test(did) && RECORD_KEY.test(rkey) && id.length <= LONGEST_ID ? id : undefined;
}

/** Whether a commit creates or changes a post. */
const isPost = ({ kind, body }: JetstreamEvent): boolean =>
  kind === 'commit' &&
  body.collection === POST_COLLECTION &&
  (body.operation === 'create' || body.operation === 'update');

/** The kind of an event that is neither a new nor an edited post; undefined for those. */
export function blueskyEventOf(event: JetstreamEvent): NetworkEvent | undefined {
  if (isPost(event)) return undefined;
  const { kind, did, time, body } = event;
  const postId = kind === 'commit' && body.operation === 'delete' ? postIdOf(event) : undefined;
  if (postId !== undefined) return { kind: 'delete', postId, time };
  const isFinal = kind === 'account' && body.active === false && FINAL_STATUS.includes(body.status);
  if (isFinal && did !== undefined) return { kind: 'account deleted', authorId: did, time };
  return { kind: kind === 'commit' ? 'other collection' : kind, time };
}

/** The author's time if it lies within 10 minutes before Jetstream's, which is the event time otherwise. */
function eventTime({ time, body }: JetstreamEvent): Millis {
  const text = asObject(body.record)?.createdAt;
  const created = typeof text === 'string' && HAS_ZONE.test(text) ? readTime(text) : Number.NaN;
  return created <= time && created >= time - LONGEST_DELAY ? created : time;
}

function timeOf(line: Json): Millis {
  const event = readJetstream(line);
  if (event === undefined) return Number.NaN;
  return isPost(event) ? eventTime(event) : event.time;
}

function requireEvent(line: Json): { readonly event: JetstreamEvent; readonly id: string } {
  const event = readJetstream(line);
  const id = event === undefined ? undefined : postIdOf(event);
  if (event === undefined || id === undefined)
    throw new InvalidRecord(
      `did and rkey: ${preview([event?.did, event?.body.rkey])} name no post of Bluesky`,
    );
  return { event, id };
}

function readPost(line: Json): Tweet {
  const { event, id } = requireEvent(line);
  const record = asObject(event.body.record);
  if (record === undefined) throw new InvalidRecord('record: missing');
  if (Number.isNaN(event.time)) throw new InvalidRecord('time: not a time');
  const time = eventTime(event);
  const badFields: string[] = [];
  const body = readBlueskyRecord(record, event.did!, asObject(line.author), badFields);
  const revision = event.body.operation === 'update' ? String(event.body.rev) : undefined;
  const created_at = formatTime(time);
  return {
    ...{ id, time, created_at, body, badFields, seenAt: event.time },
    ...(revision !== undefined && { revision }),
  };
}

/** Bluesky's events as its Jetstream sends them; `author` beside them has what cryptopipe asked for. */
export const blueskyNetwork: Network = {
  isLine: (value) => readJetstream(value) !== undefined,
  eventOf: (line) => {
    const event = readJetstream(line);
    return event === undefined ? undefined : blueskyEventOf(event);
  },
  idOf: (line) => requireEvent(line).id,
  timeOf,
  readPost,
};
