import { NearDuplicates } from '../core/sketch/near-duplicates.ts';
import { SeenIds } from '../core/stream/seen-ids.ts';
import { type Millis, parseSpan } from '../core/util/time.ts';
import { topicsWith } from '../market/catalog/feeds.ts';
import { complianceKind } from '../market/posts/compliance-event.ts';
import { timeOfId } from '../market/posts/post-time.ts';
import { type ProcessedTweet, processedTweet } from '../market/posts/processed-post.ts';
import { hasLaterVersion, supersededPostIds } from '../market/posts/superseded.ts';
import { readTweet, refuseHuge, type Tweet, tweetId, tweetTime } from '../market/posts/tweet.ts';
import { normalizeText, stripLinksAndMentions } from '../market/text/normalize.ts';
import { sentimentScore } from '../market/text/sentiment.ts';
import { type Dependencies, defineProcessor, type Emitter, type Input, type Logic } from './processor.ts';
import { dropReason, languageFilter } from './select-filters.ts';
import { ALWAYS, selectOptions } from './select-options.ts';
import { ANYTHING, ofCoins, subjectsOf } from './select-subjects.ts';

/** How long a post id is remembered, in event time: X repeats posts after a reconnect. */
const REPEAT_HORIZON: Millis = parseSpan('30m');
/**
 * How long the id of a deleted post is remembered, in event time: exports and dumps give deletions before their posts.
 */
const DELETED_HORIZON: Millis = parseSpan('7d');
/** How long a text is remembered, and the similarity of duplicates; values of the sample-stream project. */
const NEAR_HORIZON: Millis = parseSpan('1h');
const NEAR_SIMILARITY = 0.8;

/** X's code for an undetermined language; its other special codes (zxx, qme ...) mean that there is no language. */
const UNDETERMINED = 'und';

/** The post with the detected language if X gave none. */
function withLanguage(tweet: Tweet, detect: NonNullable<Dependencies['detectLanguage']>): Tweet {
  const { lang, text } = tweet.body;
  if (lang !== null && lang !== UNDETERMINED) return tweet;
  const detected = detect(stripLinksAndMentions(text));
  return detected === undefined ? tweet : { ...tweet, body: { ...tweet.body, lang: detected } };
}

/** The post with its first `most` tags, since each of its records repeats them all. */
const withTags = (tweet: Tweet, most: number): Tweet =>
  tweet.body.tags.length <= most
    ? tweet
    : { ...tweet, body: { ...tweet.body, tags: tweet.body.tags.slice(0, most) } };

function narrowed(record: ProcessedTweet, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => fields.includes(name)));
}

/** The time in a post id, as the minute to remember it by; 0 for an id that has none. */
const minuteOf = (id: string): Millis => (/^\d{1,19}$/.test(id) ? timeOfId(id) || 0 : 0);

/** Id of a post for `--decisions`; the record's key if it is invalid. Undefined for compliance events. */
function decidedId({ value, key }: Input): string | null | undefined {
  if (value === null || complianceKind(value) !== undefined) return undefined;
  try {
    return tweetId(value);
  } catch {
    return key;
  }
}

export const select = defineProcessor({
  name: 'select',
  summary: 'Find the coins of each post, drop repeats, score the sentiment, and pass on deletions.',
  inputs: topicsWith('posts').map((topic) => ({ topic, time: tweetTime })),
  output: { topic: 'tweets-processed', schema: 'tweet-processed/1' },
  options: selectOptions,
  examples: [
    'cryptopipe process select --once',
    'cryptopipe process select --coin btc,eth --lang en --no-retweets --fields text,sentiment_score',
    "cryptopipe process select --lang es,en --require-url --out '{lang}_tweets' --decisions decisions",
  ],
  dependencies: ({ langs }, topic) =>
    langs.length > 0 || topic.includes('{lang}') ? ['detectLanguage'] : [],
  decisions: ({ decisions }) => (decisions === undefined ? undefined : { topic: decisions, idOf: decidedId }),
  singlePartitionFlag: ({ dropNearDuplicates }) =>
    dropNearDuplicates ? '--drop-near-duplicates' : undefined,

  build(settings, restored, { detectLanguage } = {}): Logic {
    const seen = new SeenIds(REPEAT_HORIZON, restored);
    const deleted = new SeenIds(DELETED_HORIZON, restored, 'deleted|');
    const near = settings.dropNearDuplicates
      ? new NearDuplicates(NEAR_HORIZON, NEAR_SIMILARITY, restored)
      : undefined;
    const hasLanguage = languageFilter(settings.langs);
    const fields = settings.fields.length === 0 ? undefined : [...ALWAYS, ...settings.fields];
    const { maxTags } = settings;
    const tooMany = `more than ${maxTags} tags and coins`;
    const scored = fields === undefined || fields.some((name) => name.startsWith('sentiment_'));

    /** A tombstone for every partition and topic, since it is no longer known which ones the post went to. */
    function deletePost(id: string, out: Emitter): void {
      deleted.add(id, minuteOf(id));
      out.emit({ key: id, partitionKey: null, value: null });
    }

    function acceptDeletion({ key, value }: Input, kind: string, out: Emitter): void {
      const ids = value !== null ? supersededPostIds(value) : key === null ? [] : [key];
      if (ids.length === 0) out.drop(kind);
      for (const id of ids) deletePost(id, out);
    }

    /** An edited post is kept although it resembles its earlier version. An empty text has no duplicates. */
    function isNear({ body, time }: Tweet, edited: boolean): boolean {
      const text = near === undefined ? '' : normalizeText(body.text);
      return text !== '' && near?.add(text, time) === false && !edited;
    }

    const accept: Logic['accept'] = (input: Input, out) => {
      const { value, headers } = input;
      if (value === null) return acceptDeletion(input, 'tombstone', out);
      const event = complianceKind(value);
      if (event !== undefined) return acceptDeletion(input, `notice: ${event}`, out);
      const whole = readTweet(value);
      const asSent = withTags(whole, maxTags);
      refuseHuge(asSent);
      const earlier = supersededPostIds(value);
      for (const id of earlier) deletePost(id, out);
      if (hasLaterVersion(value)) return out.drop('edited later');
      if (deleted.has(whole.id, minuteOf(whole.id))) return out.drop('deleted');
      const reason = dropReason(asSent.body, settings);
      if (reason !== undefined) return out.drop(reason);
      const tweet = detectLanguage === undefined ? asSent : withLanguage(asSent, detectLanguage);
      if (!hasLanguage(tweet.body.lang)) return out.drop('lang');
      const subjects = settings.allPosts ? ANYTHING : subjectsOf(whole.body);
      if (subjects.length === 0) return out.drop('no coin or tag');
      const selected = settings.allPosts ? subjects : ofCoins(subjects, settings.coins);
      if (selected.length === 0) return out.drop('other coin');
      if (!seen.add(tweet.id, tweet.time)) return out.drop('repeat');
      if (isNear(tweet, earlier.length > 0)) return out.drop('near duplicate');
      const kept = selected.length > maxTags ? selected.slice(0, maxTags) : selected;
      if (kept.length < selected.length || whole.body.tags.length > maxTags) out.drop(tooMany);
      for (const field of tweet.badFields) out.drop(`${field}: not a count, left empty`);
      const score = scored ? sentimentScore(tweet.body.text) : null;
      for (const { tag, coin } of kept) {
        const record = processedTweet(tweet, tag, coin, score, headers.source ?? null);
        out.emit(
          fields === undefined
            ? { key: tweet.id, partitionKey: tag, value: record }
            : { key: tweet.id, partitionKey: tag, value: narrowed(record, fields), routingFields: record },
        );
      }
    };

    return {
      accept,
      changes: () => [...seen.changes(), ...deleted.changes(), ...(near?.changes() ?? [])],
    };
  },
});
