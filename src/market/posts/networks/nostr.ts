import { InvalidRecord } from '../../../core/stream/record.ts';
import { isObject, type Json, preview } from '../../../core/util/json.ts';
import { formatTime, type Millis } from '../../../core/util/time.ts';
import type { Tweet, TweetBody, TweetKind } from '../body.ts';
import { cashtagsIn, outwardLinks, requiredText } from '../fields.ts';
import type { Network, NetworkEvent } from './network.ts';

/** A note, its deletion, and its repost (NIP-01, NIP-09, NIP-18). */
const TEXT_NOTE = 1;
const DELETION = 5;
const REPOST = 6;

const HEX = /^[0-9a-f]{64}$/;
/** Seconds; later times have no date. */
const LAST_SECOND = 8.64e12;

const isId = (value: unknown): value is string => typeof value === 'string' && HEX.test(value);

/** The tags with this name, as lists of texts that begin with it. */
const tagsOf = ({ tags }: Json, name: string): readonly (readonly unknown[])[] =>
  Array.isArray(tags) ? tags.filter((tag) => Array.isArray(tag) && tag[0] === name) : [];

const valuesOf = (event: Json, name: string): string[] =>
  tagsOf(event, name)
    .map(([, value]) => value)
    .filter((value): value is string => typeof value === 'string' && value !== '');

/** `created_at` is the author's, in whole seconds. */
const timeOf = ({ created_at: at }: Json): Millis =>
  typeof at === 'number' && Number.isInteger(at) && at >= 0 && at <= LAST_SECOND ? at * 1000 : Number.NaN;

function eventOf(line: Json): NetworkEvent | undefined {
  const { kind, pubkey } = line;
  if (kind === TEXT_NOTE || kind === REPOST) return undefined;
  const time = timeOf(line);
  const postIds = kind === DELETION ? [...new Set(valuesOf(line, 'e').filter(isId))] : [];
  if (postIds.length === 0 || !isId(pubkey))
    return { kind: Number.isInteger(kind) ? `kind ${kind as number}` : 'no kind', time };
  return { kind: 'delete', authorId: pubkey, postIds, time };
}

/** A mention of an event is no reply; in the older form, without markers, each `e` tag is one (NIP-10). */
const isReply = (event: Json): boolean => tagsOf(event, 'e').some(([, , , marker]) => marker !== 'mention');

const kindOf = (event: Json): TweetKind =>
  event.kind === REPOST
    ? 'retweet'
    : valuesOf(event, 'q').length > 0
      ? 'quote'
      : isReply(event)
        ? 'reply'
        : 'original';

/** The event within a repost, which may be left out. */
function repostedOf({ content }: Json): Json {
  try {
    const inner: unknown = JSON.parse(String(content));
    return isObject(inner) ? inner : {};
  } catch {
    return {};
  }
}

function bodyOf(event: Json): TweetBody {
  const note = event.kind === REPOST ? repostedOf(event) : event;
  const text =
    event.kind === REPOST && note.content === undefined ? '' : requiredText(note.content, 'content');
  const hashtags = [...valuesOf(event, 't'), ...valuesOf(note, 't')];
  const [, lang] = tagsOf(note, 'l').find(([, , space]) => space === 'ISO-639-1') ?? [];
  return {
    tags: [],
    kind: kindOf(event),
    lang: typeof lang === 'string' ? lang : null,
    text,
    hashtags: [...new Set(hashtags)],
    cashtags: [...new Set(cashtagsIn(text))],
    urls: [...new Set(outwardLinks(undefined, text))],
    author_id: event.pubkey as string,
    username: null,
    name: null,
    followers_count: null,
    verified: null,
    favorite_count: null,
    retweet_count: null,
    reply_count: null,
    quote_count: null,
  };
}

function requirePostId({ id }: Json): string {
  if (!isId(id)) throw new InvalidRecord(`id: ${preview(id)} is not an event id of Nostr`);
  return id;
}

function readPost(line: Json): Tweet {
  const id = requirePostId(line);
  const time = timeOf(line);
  if (Number.isNaN(time)) throw new InvalidRecord(`created_at: ${preview(line.created_at)} is not a time`);
  return { id, time, created_at: formatTime(time), body: bodyOf(line), badFields: [], seenAt: time };
}

/** Events of Nostr as relays send them. */
export const nostrNetwork: Network = {
  isLine: ({ id, pubkey, kind }) => isId(id) && isId(pubkey) && Number.isInteger(kind),
  eventOf,
  idOf: requirePostId,
  timeOf,
  readPost,
};
