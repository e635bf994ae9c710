import { NearDuplicates } from '../core/sketch/near-duplicates.ts';
import { AuthorPosts } from '../core/stream/author-posts.ts';
import { InvalidRecord } from '../core/stream/record.ts';
import { SeenIds } from '../core/stream/seen-ids.ts';
import { MINUTE, type Millis, parseSpan } from '../core/util/time.ts';
import { topicsWith } from '../market/catalog/feeds.ts';
import type { Tweet } from '../market/posts/body.ts';
import { botMarks } from '../market/posts/bot-marks.ts';
import { complianceKind } from '../market/posts/compliance-event.ts';
import { networkEventOf } from '../market/posts/networks/networks.ts';
import { timeOfId } from '../market/posts/post-time.ts';
import { type ProcessedTweet, processedTweet } from '../market/posts/processed-post.ts';
import { hasLaterVersion, supersededPostIds } from '../market/posts/superseded.ts';
import { tweetId, tweetTime } from '../market/posts/tweet.ts';
import { parseV2Line } from '../market/posts/v2-line.ts';
import { chosenSentimentModel, sentimentFiles } from '../market/text/model-choice.ts';
import { normalizeText } from '../market/text/normalize.ts';
import { defineProcessor, type Emitter, type Input, type Logic } from './processor.ts';
import { postChoice } from './select/choice.ts';
import { ALWAYS, type SelectSettings, selectOptions } from './select/options.ts';
import { postRelevance, relevanceConflicts, relevanceFiles } from './select/relevance.ts';
import { coinWarnings } from './select/subjects.ts';

/** How long a post id is remembered, in event time: X repeats posts after a reconnect. */
const REPEAT_HORIZON: Millis = parseSpan('30m');
/**
 * How long the id of a deleted post is remembered, in event time: exports and dumps give deletions before their posts.
 */
const DELETED_HORIZON: Millis = parseSpan('7d');
/** How long a text is remembered, and the similarity of duplicates; values of the sample-stream project. */
const NEAR_HORIZON: Millis = parseSpan('1h');
const NEAR_SIMILARITY = 0.8;

function narrowed(record: ProcessedTweet, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => fields.includes(name)));
}

/** Whether the records have fields of the sentiment. */
const hasScore = ({ fields }: SelectSettings): boolean =>
  fields.length === 0 || fields.some((name) => name.startsWith('sentiment_'));

function commandConflicts(settings: SelectSettings): string[] {
  const { sentimentCommand, sentimentModel, relevance } = settings;
  if (sentimentCommand === undefined) return [];
  const found: string[] = [];
  if (sentimentModel !== selectOptions.sentimentModel.fallback)
    found.push('--sentiment-model has no effect with --sentiment-command; omit one');
  if (!hasScore(settings) && relevance === undefined)
    found.push(
      '--sentiment-command has no effect without the field sentiment_score; add it to --fields, or omit the command',
    );
  return found;
}

/** The time in a post id of X, as the minute to remember it by; 0 for one of before 2010, NaN for an id of another network. */
const minuteOf = (id: string): Millis => (/^\d{1,19}$/.test(id) ? timeOfId(id) || 0 : Number.NaN);

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
  inputs: topicsWith('posts').map((topic) => ({
    topic,
    time: tweetTime,
    parseBytes: parseV2Line,
  })),
  output: { topic: 'tweets-processed', schema: 'tweet-processed/1' },
  inStep: true,
  options: selectOptions,
  examples: [
    'cryptopipe process select --once',
    'cryptopipe process select --coin btc,eth --lang en --no-retweets --fields text,sentiment_score',
    "cryptopipe process select --lang es,en --require-url --out '{lang}_tweets' --decisions decisions",
  ],
  warnings: ({ coins, allPosts }) => (allPosts ? [] : coinWarnings(coins)),
  dependencies: ({ langs }, topic) =>
    langs.length > 0 || topic.includes('{lang}') ? ['detectLanguage'] : [],
  decisions: ({ decisions }) => (decisions === undefined ? undefined : { topic: decisions, idOf: decidedId }),
  singlePartitionFlag: ({ dropNearDuplicates }) =>
    dropNearDuplicates ? '--drop-near-duplicates' : undefined,

  conflicts: (settings) => [...relevanceConflicts(settings), ...commandConflicts(settings)],
  sentimentCommand: ({ sentimentCommand }) => sentimentCommand,
  files: (settings) => [...relevanceFiles(settings), ...sentimentFiles(settings.sentimentModel)],

  build(settings, restored, { detectLanguage, files, sentiment } = {}): Logic {
    const seen = new SeenIds(REPEAT_HORIZON, restored);
    const deleted = new SeenIds(DELETED_HORIZON, restored, 'deleted|');
    const authors = new AuthorPosts(DELETED_HORIZON, restored);
    const near = settings.dropNearDuplicates
      ? new NearDuplicates(NEAR_HORIZON, NEAR_SIMILARITY, restored)
      : undefined;
    const { read, choose } = postChoice(settings, detectLanguage);
    const fields = settings.fields.length === 0 ? undefined : [...ALWAYS, ...settings.fields];
    const { maxTags } = settings;
    const tooMany = `more than ${maxTags} tags and coins`;
    const relevanceOf = postRelevance(files);
    const { minRelevance = 0 } = settings;
    const model = sentiment ?? chosenSentimentModel(settings.sentimentModel, files);
    const isScored = hasScore(settings) || relevanceOf !== undefined;

    /** A tombstone for every partition and topic, since it is no longer known which ones the post went to. */
    function deletePost(id: string, at: Millis, out: Emitter): void {
      if (!Number.isNaN(at)) deleted.add(id, at);
      out.emit({ key: id, partitionKey: null, value: null });
    }

    function acceptDeletion({ key, value }: Input, kind: string, out: Emitter): void {
      const event = networkEventOf(value);
      const author = event?.authorId;
      const ids =
        author !== undefined
          ? authors.idsOf(author).filter((id) => event?.postIds?.includes(id) ?? true)
          : value !== null
            ? supersededPostIds(value)
            : key === null
              ? []
              : [key];
      if (ids.length === 0) out.drop(kind);
      for (const id of ids) deletePost(id, event?.time ?? minuteOf(id), out);
    }

    /** Whether the post's deletion came before it: in the same minute, or in one beside it, where the id has no time. */
    const isDeleted = ({ id, seenAt }: Tweet): boolean =>
      seenAt === undefined
        ? deleted.has(id, minuteOf(id))
        : [-MINUTE, 0, MINUTE].some((shift) => deleted.has(id, seenAt + shift));

    /** Deletes the earlier version of an edited post that keeps its id; false for a repeat. */
    function replaces({ id, time, revision }: Tweet, out: Emitter): boolean {
      if (revision === undefined) return true;
      if (!seen.add(`${id}#${revision}`, time)) return false;
      out.emit({ key: id, partitionKey: null, value: null });
      return true;
    }

    /** An edited post is kept although it resembles its earlier version. An empty text has no duplicates. */
    function isNear({ body, time }: Tweet, edited: boolean): boolean {
      const text = near === undefined ? '' : normalizeText(body.text);
      return text !== '' && near?.add(text, time) === false && !edited;
    }

    /** The same object for all records of a partition: headers that are equal are then written once, without a look. */
    const headersBy = new Map<string, { readonly from: string }>();
    function headersOf({ from, partition }: Input): { readonly from: string } {
      let headers = headersBy.get(from);
      if (headers === undefined) {
        headers = { from: `${from}/${partition}` };
        headersBy.set(from, headers);
      }
      return headers;
    }

    const accept: Logic['accept'] = (input: Input, out) => {
      const { value, headers } = input;
      if (value === null) return acceptDeletion(input, 'tombstone', out);
      const event = complianceKind(value);
      if (event !== undefined) return acceptDeletion(input, `notice: ${event}`, out);
      const post = read(value);
      const { whole } = post;
      const earlier = supersededPostIds(value);
      for (const id of earlier) deletePost(id, minuteOf(id), out);
      if (hasLaterVersion(value)) return out.drop('edited later');
      if (isDeleted(whole)) return out.drop('deleted');
      if (!replaces(whole, out)) return out.drop('repeat');
      const chosen = choose(post);
      if (typeof chosen === 'string') return out.drop(chosen);
      const { tweet, selected } = chosen;
      const score = isScored ? model.score(tweet.body.text) : null;
      const relevance = relevanceOf?.(tweet.body, chosen.subjects(), headers.source ?? null, score);
      if (relevance !== undefined && relevance < minRelevance) return out.drop('low relevance');
      const isFirst = seen.add(tweet.id, tweet.time);
      if (!isFirst && tweet.revision === undefined) return out.drop('repeat');
      if (isNear(tweet, earlier.length > 0 || tweet.revision !== undefined))
        return out.drop('near duplicate');
      if (tweet.seenAt !== undefined && tweet.body.author_id !== null)
        authors.add(tweet.body.author_id, tweet.id, tweet.seenAt);
      const kept = selected.length > maxTags ? selected.slice(0, maxTags) : selected;
      if (kept.length < selected.length || whole.body.tags.length > maxTags) out.drop(tooMany);
      for (const field of tweet.badFields) out.drop(`${field}: not a count, left empty`);
      // Several tasks write one partition: each writes its own input in order of time.
      const origin = { source: headers.source, received_at: headers.received_at };
      const suspicious = botMarks(tweet.body);
      const more = headersOf(input);
      const sentiment = score === null ? null : { score, model: model.name };
      for (const subject of kept) {
        const { tag } = subject;
        const record = processedTweet(tweet, subject, sentiment, origin, suspicious, relevance);
        out.emit(
          fields === undefined
            ? { key: tweet.id, partitionKey: tag, value: record, headers: more }
            : {
                key: tweet.id,
                partitionKey: tag,
                value: narrowed(record, fields),
                routingFields: record,
                headers: more,
              },
        );
      }
    };

    /** The text of a post that the settings keep; a repeat is scored in vain. */
    function textToScore({ value }: Input): string | undefined {
      if (!isScored || value === null || complianceKind(value) !== undefined) return undefined;
      try {
        const chosen = choose(read(value));
        return typeof chosen === 'string' ? undefined : chosen.tweet.body.text;
      } catch (error) {
        if (error instanceof InvalidRecord) return undefined;
        throw error;
      }
    }

    return {
      accept,
      textToScore,
      changes: () => [
        ...seen.changes(),
        ...deleted.changes(),
        ...authors.changes(),
        ...(near?.changes() ?? []),
      ],
    };
  },
});
