/** How a column is kept: `time` is a UTC timestamp in milliseconds, ids are `text` (they pass 2^53). */
export type ColumnType = 'text' | 'number' | 'integer' | 'time' | 'boolean' | 'texts' | 'json';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** What it holds, with its unit; for the documentation. */
  readonly help: string;
  /** Its value of a record, when it is no field of the same name. */
  readonly of?: (record: Readonly<Record<string, unknown>>) => unknown;
}

/** The columns of a topic's values, declared once: the lake, MongoDB and the documentation derive from it. */
export interface Dataset {
  /** Snake case: the table's folder in the lake. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns that are shown first where not all have room, the most telling first. */
  readonly summaryColumns?: readonly string[];
  /** A field that records without are left out by; absent: all are kept. */
  readonly requiredField?: string;
  /** The event time, if there is one. */
  readonly timeColumn?: string;
  /** Folder column that is the UTC day of the event time; `date` without it. */
  readonly dayColumn?: string;
  /** Folder columns of the lake: columns' names, or the day's. */
  readonly partitionBy: readonly string[];
}

const of =
  (type: ColumnType) =>
  (name: string, help: string): Column => ({ name, type, help });
const text = of('text');
const number = of('number');
const integer = of('integer');
const time = of('time');
const boolean = of('boolean');
const texts = of('texts');
const json = of('json');

const setAside = [
  text('topic', 'Topic that it was read from, or was meant for.'),
  integer('partition', 'Its partition.'),
  integer('offset', 'Its offset.'),
  text('key', 'Its key.'),
  json('value', 'Its value as it was read.'),
  text('why', 'Why it was set aside.'),
];

/** Every dataset by the name that `--dataset` takes. */
export const DATASETS = {
  'tweets-processed': {
    name: 'tweets_processed',
    summaryColumns: ['created_at', 'coin', 'text', 'username', 'sentiment_label'],
    timeColumn: 'created_at',
    partitionBy: ['tag', 'date'],
    columns: [
      text('id', 'Post id.'),
      time('created_at', 'When it was posted.'),
      text('coin', 'Coin it is about, lower-case symbol.'),
      text('tag', 'Tag of the rule that matched; for a coin rule the coin.'),
      texts('tags', 'Tags of all rules that matched.'),
      text('kind', 'original, retweet, quote or reply.'),
      text('lang', 'Language as X names it.'),
      text('text', 'Full text.'),
      texts('hashtags', 'Hashtags without #.'),
      texts('cashtags', 'Cashtags without $.'),
      texts('urls', 'Links, expanded.'),
      text('author_id', "Author's id."),
      text('username', "Author's handle."),
      text('name', "Author's display name."),
      integer('followers_count', "Author's followers when it was read."),
      boolean('verified', 'Whether the author is verified.'),
      integer('favorite_count', 'Likes.'),
      integer('retweet_count', 'Retweets.'),
      integer('reply_count', 'Replies.'),
      integer('quote_count', 'Quotes.'),
      integer('word_count', 'Words of the text.'),
      number('sentiment_score', 'From -1 (negative) to 1 (positive).'),
      text('sentiment_label', 'negative, neutral or positive.'),
      text('sentiment_model', 'What scored it.'),
      text('source', 'Where the post was read from.'),
    ],
  },
  prices: {
    name: 'prices',
    summaryColumns: ['time', 'coin', 'quote', 'price', 'source'],
    timeColumn: 'time',
    partitionBy: ['coin', 'date'],
    columns: [
      text('coin', 'Coin, lower-case symbol.'),
      text('quote', 'Currency of the price, lower-case symbol.'),
      number('price', 'Units of `quote` for one coin.'),
      time('time', 'Time of the price; of the rate for a converted one.'),
      text('source', 'Who said it.'),
      number('market_cap', 'In units of `quote`.'),
      text('fx_base', 'Currency that a converted price was in before.'),
      number('fx_price', 'Rate that a converted price was multiplied by.'),
      text('fx_source', 'Who said the rate.'),
      time('fx_time', 'Time of the rate.'),
      integer('skew_ms', 'Time of the quote - time of the rate, milliseconds.'),
      text('partition_date', 'UTC day of `time` in a converted price.'),
    ],
  },
  candles: {
    name: 'candles',
    summaryColumns: ['window_start', 'coin', 'quote', 'window', 'close', 'open', 'high', 'low'],
    timeColumn: 'window_start',
    partitionBy: ['coin', 'date'],
    columns: [
      text('coin', 'Coin, lower-case symbol.'),
      text('quote', 'Currency of the prices, lower-case symbol.'),
      text('window', 'Length of the window: 10m, 1h.'),
      time('window_start', 'First millisecond of the window.'),
      time('window_end', 'First millisecond after the window.'),
      number('open', 'First price by event time.'),
      number('high', 'Highest price.'),
      number('low', 'Lowest price.'),
      number('close', 'Last price by event time.'),
      number('mean', 'Mean of the samples.'),
      integer('samples', 'Prices in the window.'),
      time('first_time', 'Time of the first price.'),
      time('last_time', 'Time of the last price.'),
      integer('max_gap_ms', 'Largest gap between neighbouring prices, milliseconds.'),
      integer('revision', '1 for the first row of this window; larger ones replace smaller ones.'),
      boolean('final', 'False for a provisional row of a window still open.'),
    ],
  },
  'market-cap': {
    name: 'market_cap',
    timeColumn: 'time',
    partitionBy: ['quote', 'date'],
    columns: [
      time('time', 'Minute of the sum.'),
      text('quote', 'Currency of the sum, lower-case symbol.'),
      number('total_market_cap', 'Sum over the coins, each once, in units of `quote`.'),
      integer('coins', 'Coins in the sum.'),
      texts('missing', 'Coins known, whose newest cap is too old to count.'),
      json('dominance', 'Share of each coin in the sum, 0 to 1.'),
    ],
  },
  quotes: {
    name: 'quotes',
    summaryColumns: ['last_updated', 'source', 'base', 'quote', 'price'],
    timeColumn: 'last_updated',
    partitionBy: ['source', 'date'],
    columns: [
      text('source', 'Who said it.'),
      text('base', 'Currency priced, lower-case symbol.'),
      text('quote', 'Currency of the price, lower-case symbol.'),
      number('price', 'Units of `quote` for one `base`.'),
      number('market_cap', 'In units of `quote`.'),
      number('volume_24h', 'Turnover of the last 24 hours, in units of `quote`.'),
      integer('cmc_id', "CoinMarketCap's id of the currency."),
      integer('cmc_rank', "CoinMarketCap's rank of the currency."),
      time('last_updated', 'Time of the price.'),
      time('polled_at', 'When it was asked for.'),
    ],
  },
  gaps: {
    name: 'gaps',
    timeColumn: 'from',
    partitionBy: ['source', 'date'],
    columns: [
      text('source', 'Source that was away.'),
      time('from', 'When it was last heard of.'),
      time('to', 'When it was heard of again.'),
      text('reason', 'Why it was away.'),
      boolean('backfilled', 'Whether the service handed over afterwards what it had kept.'),
    ],
  },
  decisions: {
    name: 'decisions',
    partitionBy: ['dest'],
    columns: [
      text('id', 'Post id.'),
      text('source', 'Topic that it was read from.'),
      text('dest', 'Topic that it went to, discard or error.'),
    ],
  },
  late: {
    name: 'late',
    summaryColumns: ['topic', 'key', 'late_by_ms', 'why'],
    partitionBy: ['topic'],
    columns: [...setAside, integer('late_by_ms', 'How far behind the watermark it came, milliseconds.')],
  },
  rejects: {
    name: 'rejects',
    summaryColumns: ['why', 'topic', 'text', 'value'],
    partitionBy: ['topic'],
    columns: [
      ...setAside,
      text('source', 'Source that read the line; for one that became no record.'),
      text('file', 'File it stood in.'),
      integer('line', 'Its line, from 1.'),
      text('text', 'Its beginning.'),
    ],
  },
} as const satisfies Record<string, Dataset>;

export type DatasetName = keyof typeof DATASETS;

/** Whether its records are posts: they have ids and authors to go by. */
export const isOfPosts = ({ columns }: Dataset): boolean => columns.some(({ name }) => name === 'author_id');
