import { integer, list, type Option, type Settings, toggle } from '../core/option.ts';
import { Seen } from '../core/seen.ts';
import { type Millis, parseSpan } from '../core/time.ts';
import { coinOf, findCoins } from '../market/coins.ts';
import { DATASETS } from '../market/datasets.ts';
import { type ProcessedTweet, processedTweet } from '../market/processed-tweet.ts';
import { sentimentScore } from '../market/sentiment.ts';
import { noticeKind, readTweet, type TweetBody, tweetTime } from '../market/tweet.ts';
import { defineProcessor, type Input, type Logic } from './processor.ts';

/** How long a post id is remembered, in event time: X repeats posts after a reconnect (DESIGN section 3). */
const REPEAT_HORIZON: Millis = parseSpan('30m');

/** Fields that every record has, whatever `--fields` says: downstream stages key and partition by them. */
const ALWAYS = ['id', 'coin', 'tag', 'created_at'];
const FIELDS: readonly string[] = DATASETS['tweets-processed'].columns.map(({ name }) => name);

function knownField(name: string): string {
  if (FIELDS.includes(name)) return name;
  throw new RangeError(`'${name}' is no field of a post; the fields are ${FIELDS.join(', ')}`);
}

function knownCoin(name: string): string {
  const coin = coinOf(name);
  if (coin !== undefined) return coin;
  throw new RangeError(`'${name}' is no coin known here; write a symbol or a name, such as btc or ethereum`);
}

/** A comma list whose parts are checked, and read into their one spelling. */
const listOf = (option: Option<readonly string[]>, read: (part: string) => string) => ({
  ...option,
  parse: (text: string): readonly string[] => [...new Set(option.parse(text).map(read))],
});

const options = {
  fields: listOf(
    list('--fields', '<list>', `Fields to keep of each post, besides ${ALWAYS.join(', ')}; all by default.`),
    knownField,
  ),
  coins: listOf(
    list('--coin', '<list>', 'Keep posts about these coins only; all known by default.'),
    knownCoin,
  ),
  langs: list('--lang', '<list>', "Keep posts in these languages only, by X's codes such as en,es."),
  requireUrl: toggle('--require-url', 'Keep posts with a link only.'),
  noRetweets: toggle('--no-retweets', 'Leave retweets out.'),
  minFollowers: integer('--min-followers', '<count>', 'Leave out authors with fewer followers.', 0, {
    min: 0,
    max: 1_000_000_000,
  }),
};

type Filters = Pick<Settings<typeof options>, 'langs' | 'requireUrl' | 'noRetweets' | 'minFollowers'>;

/** `en` takes `en-gb` too. */
const speaks = (lang: string | null, wanted: readonly string[]): boolean =>
  lang !== null && wanted.some((want) => lang === want || lang.startsWith(`${want}-`));

/** Why the settings leave a post out, or undefined. */
function refusal(
  body: TweetBody,
  { langs, requireUrl, noRetweets, minFollowers }: Filters,
): string | undefined {
  if (noRetweets && body.kind === 'retweet') return 'retweet';
  if (langs.length > 0 && !speaks(body.lang, langs)) return 'lang';
  if (requireUrl && body.urls.length === 0) return 'no url';
  return minFollowers > 0 && (body.followers_count ?? 0) < minFollowers ? 'few followers' : undefined;
}

/** What a record is about; the coin is null for a rule's tag that names none. */
interface Subject {
  readonly tag: string;
  readonly coin: string | null;
}

/** The coins and tags of a post's rules in X's order, then coins in order of mention; each once. */
export function subjectsOf(body: TweetBody): readonly Subject[] {
  const subjects: Subject[] = [];
  const add = (tag: string, coin: string | null): void => {
    if (!subjects.some((subject) => subject.tag === tag)) subjects.push({ tag, coin });
  };
  for (const tag of body.tags) {
    const coin = coinOf(tag);
    if (coin === undefined) add(tag, null);
    else add(coin, coin);
  }
  for (const coin of findCoins(body)) add(coin, coin);
  return subjects;
}

function narrowed(record: ProcessedTweet, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => fields.includes(name)));
}

export const select = defineProcessor({
  name: 'select',
  summary: 'Find the coins of each post, drop repeats, score the sentiment.',
  inputs: [{ topic: 'tweets', time: tweetTime }],
  output: { topic: 'tweets-processed', schema: 'tweet-processed/1' },
  options,
  examples: [
    'cryptopipe process select --once',
    'cryptopipe process select --coin btc,eth --lang en --no-retweets --fields text,sentiment_score',
  ],
  build(settings, restored): Logic {
    const seen = new Seen(REPEAT_HORIZON, restored);
    const { coins } = settings;
    const langs = settings.langs.map((lang) => lang.toLowerCase());
    const filters: Filters = { ...settings, langs };
    const fields = settings.fields.length === 0 ? undefined : [...ALWAYS, ...settings.fields];
    const scored = fields === undefined || fields.some((name) => name.startsWith('sentiment_'));

    const accept: Logic['accept'] = ({ value, headers }: Input, out) => {
      if (value === null) return out.drop('tombstone');
      const notice = noticeKind(value);
      if (notice !== undefined) return out.drop(`notice: ${notice}`);
      const tweet = readTweet(value);
      const refused = refusal(tweet.body, filters);
      if (refused !== undefined) return out.drop(refused);
      const subjects = subjectsOf(tweet.body);
      if (subjects.length === 0) return out.drop('no coin or tag');
      const wanted =
        coins.length === 0 ? subjects : subjects.filter(({ coin }) => coin !== null && coins.includes(coin));
      if (wanted.length === 0) return out.drop('other coin');
      if (!seen.add(tweet.id, tweet.time)) return out.drop('repeat');
      const score = scored ? sentimentScore(tweet.body.text) : null;
      for (const { tag, coin } of wanted) {
        const record = processedTweet(tweet, tag, coin, score, headers.source ?? null);
        out.emit({ key: tweet.id, by: tag, value: fields === undefined ? record : narrowed(record, fields) });
      }
    };

    return {
      accept,
      advance: () => {},
      finish: () => {},
      changes: () => seen.changes(),
      watermark: () => undefined,
    };
  },
});
