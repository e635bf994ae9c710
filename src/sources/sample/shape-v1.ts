import { type Author, GENERATED, type Post } from './post.ts';
import { cut, findEntities } from './text.ts';

/** Longer posts are cut, with their full text in `extended_tweet`. */
const POST_LENGTH = 140;
const SOURCE = `<a href="https://example.org/cryptopipe-sample" rel="nofollow">${GENERATED}</a>`;

/** `Wed Oct 10 20:19:24 +0000 2018`. */
function twitterTime(time: number): string {
  const [weekday, day, month, year, clock] = new Date(time).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${clock} +0000 ${year}`;
}

const user = ({ id, username, name, verified, followers }: Author) => ({
  id: Number(id),
  id_str: id,
  name,
  screen_name: username,
  location: null,
  description: GENERATED,
  verified,
  followers_count: followers,
  friends_count: 100,
  listed_count: 0,
  favourites_count: 10,
  statuses_count: 1000,
  created_at: 'Wed May 01 08:00:00 +0000 2019',
  lang: null,
});

const entities = (text: string) => {
  const { hashtags, cashtags, urls: links } = findEntities(text);
  const tag = ({ start, end, text: word }: (typeof hashtags)[number]) => ({
    text: word,
    indices: [start, end],
  });
  return {
    hashtags: hashtags.map(tag),
    symbols: cashtags.map(tag),
    urls: links.map(({ start, end, url, expanded }) => ({
      url,
      expanded_url: expanded,
      display_url: expanded.slice('https://'.length),
      indices: [start, end],
    })),
    user_mentions: [],
  };
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A line of X's v1.1 streams. Its numeric `id` is rounded, as JSON readers round it: `id_str` counts. */
export function v1(post: Post): object {
  const { text, length } = post.content;
  const truncated = length > POST_LENGTH && post.kind !== 'retweet';
  const shown = cut(text, POST_LENGTH);
  const { of } = post;
  return {
    created_at: twitterTime(post.time),
    id: Number(post.id),
    id_str: post.id,
    text: escaped(shown),
    source: SOURCE,
    truncated,
    in_reply_to_status_id_str: post.kind === 'reply' ? of!.id : null,
    in_reply_to_user_id_str: post.kind === 'reply' ? of!.author.id : null,
    in_reply_to_screen_name: post.kind === 'reply' ? of!.author.username : null,
    user: user(post.author),
    ...(truncated && {
      extended_tweet: { full_text: escaped(text), display_text_range: [0, length], entities: entities(text) },
    }),
    ...(post.kind === 'retweet' && { retweeted_status: v1(of!) }),
    is_quote_status: post.kind === 'quote',
    ...(post.kind === 'quote' && { quoted_status_id_str: of!.id, quoted_status: v1(of!) }),
    quote_count: 0,
    reply_count: 0,
    retweet_count: 0,
    favorite_count: 0,
    entities: entities(shown),
    favorited: false,
    retweeted: false,
    possibly_sensitive: false,
    filter_level: 'low',
    lang: post.lang,
    timestamp_ms: String(post.time),
    generated: true,
  };
}
