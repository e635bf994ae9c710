import { formatTime } from '../../core/util/time.ts';
import { type Author, GENERATED, type Post } from './post.ts';
import { cut, findEntities } from './text.ts';

/** Length in code points; longer posts have their full text in `note_tweet`. */
const POST_LENGTH = 280;
const REFERENCE = { retweet: 'retweeted', quote: 'quoted', reply: 'replied_to' } as const;
const RULE_IDS = { btc: '1929000000000000001', eth: '1929000000000000002' } as const;

const user = ({ id, username, name, verified, followers }: Author) => ({
  id,
  username,
  name,
  verified,
  created_at: '2019-05-01T08:00:00.000Z',
  public_metrics: {
    followers_count: followers,
    following_count: 100,
    tweet_count: 1000,
    listed_count: 0,
  },
});

const entities = (text: string) => {
  const { hashtags, cashtags, urls: links } = findEntities(text);
  const tag = ({ start, end, text: word }: (typeof hashtags)[number]) => ({ start, end, tag: word });
  return {
    ...(hashtags.length > 0 && { hashtags: hashtags.map(tag) }),
    ...(cashtags.length > 0 && { cashtags: cashtags.map(tag) }),
    ...(links.length > 0 && {
      urls: links.map(({ start, end, url, expanded }) => ({
        start,
        end,
        url,
        expanded_url: expanded,
        display_url: expanded.slice('https://'.length),
      })),
    }),
  };
};

const data = (post: Post) => {
  const { text, length } = post.content;
  const shown = cut(text, post.kind === 'retweet' ? 140 : POST_LENGTH);
  return {
    id: post.id,
    text: shown,
    created_at: formatTime(Math.floor(post.time / 1000) * 1000),
    author_id: post.author.id,
    lang: post.lang,
    edit_history_tweet_ids: [post.id],
    public_metrics: { retweet_count: 0, reply_count: 0, like_count: 0, quote_count: 0, impression_count: 1 },
    entities: entities(shown),
    ...(length > POST_LENGTH &&
      post.kind !== 'retweet' && { note_tweet: { text, entities: entities(text) } }),
    ...(post.of && {
      referenced_tweets: [{ type: REFERENCE[post.kind as keyof typeof REFERENCE], id: post.of.id }],
      ...(post.kind === 'reply' && { in_reply_to_user_id: post.of.author.id }),
    }),
    source: GENERATED,
    generated: true,
  };
};

/** A line of X's v2 filtered stream. */
export function v2(post: Post): object {
  const authors =
    post.of && post.of.author.id !== post.author.id ? [post.author, post.of.author] : [post.author];
  return {
    data: data(post),
    includes: { users: authors.map(user), ...(post.of && { tweets: [data(post.of)] }) },
    matching_rules: post.coins.map((coin) => ({ id: RULE_IDS[coin], tag: coin })),
  };
}
