import { type Json, objectsOf } from '../../core/util/json.ts';
import type { TweetBody, TweetKind } from './body.ts';
import {
  asObject,
  type BadFields,
  countOrNull,
  flagOrNull,
  idOrNull,
  isRetweetText,
  outwardLinks,
  requiredText,
  textOrNull,
  textsOf,
  unescapeText,
} from './fields.ts';

/** X is renaming tweet to post in its responses (OpenAPI 2.167); both names are read. */
const referencesOf = (post: Json) => objectsOf(post.referenced_tweets ?? post.referenced_posts);
const noteOf = (post: Json) => asObject(post.note_tweet ?? post.note_post);

/** The title and text of an X article, whose post holds but a link to it. */
function articleOf(post: Json): string | undefined {
  const article = asObject(post.article);
  const parts = [article?.title, article?.plain_text ?? article?.preview_text].filter(
    (part) => typeof part === 'string',
  );
  return parts.length === 0 ? undefined : parts.join('\n');
}

const postsOf = (includes: Json | undefined) => objectsOf(includes?.tweets ?? includes?.posts);

const isRetweet = (reference: Json) => reference.type === 'retweeted' || reference.type === 'reposted';

function kindOf(references: readonly Json[], text: unknown): TweetKind {
  if (references.length === 0) return isRetweetText(text) ? 'retweet' : 'original';
  if (references.some(isRetweet)) return 'retweet';
  if (references.some(({ type }) => type === 'quoted')) return 'quote';
  return references.some(({ type }) => type === 'replied_to') ? 'reply' : 'original';
}

/** The post with the text: for a retweet the original if X included it. */
function contentOf(post: Json, references: readonly Json[], includes: Json | undefined): Json {
  const retweeted = references.find(isRetweet);
  if (retweeted === undefined) return post;
  const id = idOrNull(retweeted.id);
  return (
    postsOf(includes).find((other) => idOrNull(other.id) === id && typeof other.text === 'string') ?? post
  );
}

function tagsOf(rules: unknown): string[] {
  return textsOf(rules, 'tag').filter((tag) => tag !== '');
}

function authorOf(includes: Json | undefined, id: string | null): Json | undefined {
  return id === null ? undefined : objectsOf(includes?.users).find((user) => idOrNull(user.id) === id);
}

/** Reads a v2 stream object: `line` is the whole object, `post` its `data`. Throws InvalidRecord. */
export function readV2(line: Json, post: Json, bad: BadFields): TweetBody {
  const includes = asObject(line.includes);
  const references = referencesOf(post);
  const content = contentOf(post, references, includes);
  const note = noteOf(content);
  const entities = asObject(note?.entities) ?? asObject(content.entities);
  const metrics = asObject(post.public_metrics);
  const author_id = idOrNull(post.author_id);
  const author = authorOf(includes, author_id);
  return {
    tags: tagsOf(line.matching_rules),
    kind: kindOf(references, post.text),
    lang: textOrNull(post.lang),
    text: unescapeText(requiredText(articleOf(content) ?? note?.text ?? content.text, 'data.text')),
    hashtags: textsOf(entities?.hashtags, 'tag'),
    cashtags: textsOf(entities?.cashtags, 'tag'),
    urls: outwardLinks(entities, content.text),
    author_id,
    username: textOrNull(author?.username),
    name: textOrNull(author?.name),
    followers_count: countOrNull(asObject(author?.public_metrics)?.followers_count, 'followers_count', bad),
    verified: flagOrNull(author?.verified),
    favorite_count: countOrNull(metrics?.like_count, 'like_count', bad),
    retweet_count: countOrNull(metrics?.retweet_count ?? metrics?.repost_count, 'retweet_count', bad),
    reply_count: countOrNull(metrics?.reply_count, 'reply_count', bad),
    quote_count: countOrNull(metrics?.quote_count, 'quote_count', bad),
  };
}
