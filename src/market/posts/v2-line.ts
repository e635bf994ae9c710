import type { Fields } from '../../core/json-fields/plan.ts';
import { fieldsReader } from '../../core/json-fields/reader.ts';
import type { TextBytes } from '../../core/stream/record.ts';
import { isObject, type Json } from '../../core/util/json.ts';

const HASHTAG: Fields = { parts: { tag: 'whole' }, make: (v) => ({ tag: v[0] }) };

const METRICS: Fields = {
  parts: {
    like_count: 'whole',
    retweet_count: 'whole',
    repost_count: 'whole',
    reply_count: 'whole',
    quote_count: 'whole',
  },
  make: (v) => ({
    like_count: v[0],
    retweet_count: v[1],
    repost_count: v[2],
    reply_count: v[3],
    quote_count: v[4],
  }),
};

const LINK: Fields = {
  parts: { expanded_url: 'whole', url: 'whole', media_key: 'whole' },
  make: (v) => ({ expanded_url: v[0], url: v[1], media_key: v[2] }),
};

const ENTITIES: Fields = {
  parts: { hashtags: [HASHTAG], cashtags: [HASHTAG], urls: [LINK] },
  make: (v) => ({ hashtags: v[0], cashtags: v[1], urls: v[2] }),
};

const POST: Fields = {
  parts: {
    id: 'whole',
    id_str: 'whole',
    text: 'whole',
    created_at: 'whole',
    author_id: 'whole',
    lang: 'whole',
    public_metrics: METRICS,
    entities: ENTITIES,
    note_tweet: 'whole',
    note_post: 'whole',
    article: 'whole',
    referenced_tweets: 'whole',
    referenced_posts: 'whole',
    edit_history_tweet_ids: 'whole',
    edit_history_post_ids: 'whole',
    edit_history: 'whole',
  },
  make: (v) => ({
    id: v[0],
    id_str: v[1],
    text: v[2],
    created_at: v[3],
    author_id: v[4],
    lang: v[5],
    public_metrics: v[6],
    entities: v[7],
    note_tweet: v[8],
    note_post: v[9],
    article: v[10],
    referenced_tweets: v[11],
    referenced_posts: v[12],
    edit_history_tweet_ids: v[13],
    edit_history_post_ids: v[14],
    edit_history: v[15],
  }),
};

const USER: Fields = {
  parts: {
    id: 'whole',
    username: 'whole',
    name: 'whole',
    verified: 'whole',
    public_metrics: {
      parts: { followers_count: 'whole' },
      make: (v) => ({ followers_count: v[0] }),
    },
  },
  make: (v) => ({ id: v[0], username: v[1], name: v[2], verified: v[3], public_metrics: v[4] }),
};

const INCLUDES: Fields = {
  parts: { users: [USER], tweets: 'whole', posts: 'whole' },
  make: (v) => ({ users: v[0], tweets: v[1], posts: v[2] }),
};

/** All that the readers of a v2 line look at. */
const read = fieldsReader({
  parts: {
    data: POST,
    includes: INCLUDES,
    matching_rules: [HASHTAG],
    id: 'whole',
    id_str: 'whole',
  },
  make: (v) => ({ data: v[0], includes: v[1], matching_rules: v[2], id: v[3], id_str: v[4] }),
});

/** How X begins its lines. */
const OPENING = new TextEncoder().encode('{"data":');

/** The fields of a post in X's v2 stream that are read; undefined for any other text, which is left to JSON.parse. */
export function parseV2Line(text: TextBytes, from: number, end: number): Json | undefined {
  for (let i = 0; i < OPENING.length; i++) if (text[from + i] !== OPENING[i]) return undefined;
  const line = read(text, from, end);
  // Without an id, it is a message about a post.
  return isObject(line?.data) && line.data.id !== undefined ? line : undefined;
}
