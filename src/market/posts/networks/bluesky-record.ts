import { type Json, objectsOf } from '../../../core/util/json.ts';
import type { TweetBody, TweetKind } from '../body.ts';
import {
  asObject,
  type BadFields,
  cashtagsIn,
  countOrNull,
  requiredText,
  textOrNull,
  textsOf,
} from '../fields.ts';
import { withWholeLinks } from './facets.ts';

function kindOf(record: Json): TweetKind {
  if (asObject(record.reply) !== undefined) return 'reply';
  const type = asObject(record.embed)?.$type;
  return type === 'app.bsky.embed.record' || type === 'app.bsky.embed.recordWithMedia' ? 'quote' : 'original';
}

/** The link of a preview card, also beside a quoted post. */
function externalLinks(embed: Json | undefined): string[] {
  const { external } = asObject(embed?.media) ?? embed ?? {};
  return textsOf([external], 'uri');
}

const featuresOf = (record: Json, type: string): readonly Json[] =>
  objectsOf(record.facets)
    .flatMap(({ features }) => objectsOf(features))
    .filter(({ $type }) => $type === `app.bsky.richtext.facet#${type}`);

/** `author`: the author's handle, name and number of followers, where known. Throws InvalidRecord. */
export function readBlueskyRecord(
  record: Json,
  did: string,
  author: Json | undefined,
  bad: BadFields,
): TweetBody {
  const text = requiredText(record.text, 'record.text');
  const langs = Array.isArray(record.langs) ? (record.langs as readonly unknown[]) : [];
  const outside = Array.isArray(record.tags) ? (record.tags as readonly unknown[]) : [];
  const tags = [...textsOf(featuresOf(record, 'tag'), 'tag'), ...outside].filter(
    (tag): tag is string => typeof tag === 'string' && tag !== '',
  );
  const isCashtag = (tag: string): boolean => tag.startsWith('$');
  const links = [...textsOf(featuresOf(record, 'link'), 'uri'), ...externalLinks(asObject(record.embed))];
  return {
    tags: [],
    kind: kindOf(record),
    lang: textOrNull(langs[0]),
    text: withWholeLinks(text, record.facets),
    hashtags: [...new Set(tags.filter((tag) => !isCashtag(tag)))],
    cashtags: [...new Set([...cashtagsIn(text), ...tags.filter(isCashtag).map((tag) => tag.slice(1))])],
    urls: [...new Set(links)],
    author_id: did,
    username: textOrNull(author?.handle),
    name: textOrNull(author?.displayName),
    followers_count: countOrNull(author?.followersCount, 'followersCount', bad),
    verified: null,
    favorite_count: null,
    retweet_count: null,
    reply_count: null,
    quote_count: null,
  };
}
