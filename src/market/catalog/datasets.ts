import { type Column, column, divertedColumns, postColumns } from './columns.ts';
import { signalColumns } from './signal-columns.ts';

const { text, number, integer, time, boolean, texts, json } = column;

/** The columns of a topic's values. The lake, MongoDB and the documentation derive from this declaration. */
export interface Dataset {
  /** Snake case: the table's folder in the lake. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns to show first where space is limited, the most informative first. */
  readonly summaryColumns?: readonly string[];
  /** Records without this field are skipped. */
  readonly requiredField?: string;
  /** The column with the event time, if any. */
  readonly timeColumn?: string;
  /** Name of the folder column with the UTC day of the event time; `date` by default. */
  readonly dayColumn?: string;
  /** Folder columns of the lake: names of columns, or of the day. */
  readonly partitionBy: readonly string[];
}

/** Every dataset by the name that `--dataset` takes. */
export const DATASETS = {
  'tweets-processed': {
    name: 'tweets_processed',
    summaryColumns: ['created_at', 'coin', 'text', 'username', 'sentiment_label'],
    timeColumn: 'created_at',
    partitionBy: ['tag', 'date'],
    columns: postColumns,
  },
  'tweets-priced': {
    name: 'tweets_priced',
    summaryColumns: ['created_at', 'coin', 'price', 'price_quote', 'text', 'sentiment_label'],
    timeColumn: 'created_at',
    partitionBy: ['coin', 'date'],
    columns: [
      ...postColumns,
      number(
        'price',
        'Newest price of the coin at or before the post, in units of `price_quote`; null without one.',
      ),
      text('price_quote', 'Currency of the price, lower-case symbol.'),
      text('price_source', 'Source of the price.'),
      time('price_time', 'Time of the price; the end of a bar whose close it is.'),
      integer('price_age_ms', 'Time of the post minus time of the price, milliseconds.'),
      text('price_reason', 'Why the post has no price; null if it has one.'),
      integer('revision', '1 for the first row of a post and tag; a larger revision replaces a smaller one.'),
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
      text('source', 'Source of the price.'),
      number('market_cap', 'In units of `quote`.'),
      number('size', 'Traded amount in units of `coin`, of a trade.'),
      text('side', 'Side of the taker, of a trade: buy or sell.'),
      text('trade_id', "The exchange's id of the trade."),
      text('fx_base', 'Currency before the conversion.'),
      number('fx_price', 'Rate used for the conversion.'),
      text('fx_source', 'Source of the rate.'),
      time('fx_time', 'Time of the rate.'),
      integer('skew_ms', 'Time of the quote minus time of the rate, milliseconds.'),
      text('partition_date', 'UTC day of `time`, in converted prices.'),
    ],
  },
  bars: {
    name: 'bars',
    summaryColumns: ['start', 'base', 'quote', 'close', 'open', 'high', 'low'],
    timeColumn: 'start',
    partitionBy: ['base', 'date'],
    columns: [
      text('source', 'Source of the bar.'),
      text('base', 'Currency priced, lower-case symbol.'),
      text('quote', 'Currency of the prices, lower-case symbol.'),
      number('open', 'First price, in units of `quote` for one `base`.'),
      number('high', 'Highest price.'),
      number('low', 'Lowest price.'),
      number('close', 'Last price; known at `end`.'),
      number('volume', 'Traded amount in units of `base`.'),
      number('quote_volume', 'Traded amount in units of `quote`.'),
      integer('trades', 'Number of trades.'),
      time('start', 'First millisecond of the bar.'),
      time('end', 'First millisecond after the bar.'),
      boolean('final', 'False for a bar that was still running when it was read.'),
      time('received_at', 'When it was read.'),
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
      text('source', 'Source of the prices; all for the candles of merged sources.'),
      text('window', 'Length of the window: 10m, 1h, 1w.'),
      time('window_start', 'First millisecond of the window.'),
      time('window_end', 'First millisecond after the window.'),
      number('open', 'First price by event time.'),
      number('high', 'Highest price.'),
      number('low', 'Lowest price.'),
      number('close', 'Last price by event time.'),
      number('mean', 'Mean of the ticks; null for a candle of bars.'),
      number('volume', 'Traded amount in units of `coin`; null unless every tick or bar has it.'),
      number('quote_volume', 'Traded amount in units of `quote`; null unless every tick or bar has it.'),
      integer('trades', 'Number of trades; null unless every tick is a trade, or every bar has it.'),
      number('vwap', 'quote_volume / volume.'),
      integer('samples', 'ticks + bars.'),
      integer('ticks', 'Prices in the window; 0 where bars make the candle.'),
      integer('bars', 'Bars that make the candle, all of one length from each source.'),
      time('first_time', 'Time of the first price; start of the first bar.'),
      time('last_time', 'Time of the last price; end of the last bar.'),
      integer('max_gap_ms', 'Largest gap between consecutive prices or bars, milliseconds.'),
      integer('revision', '1 for the first row of a window; a larger revision replaces a smaller one.'),
      boolean('final', 'False for a provisional row of an open window.'),
    ],
  },
  'market-cap': {
    name: 'market_cap',
    timeColumn: 'time',
    partitionBy: ['quote', 'date'],
    columns: [
      time('time', 'Minute of the sum.'),
      text('quote', 'Currency of the sum, lower-case symbol.'),
      number('total_market_cap', 'Sum over the coins, each counted once, in units of `quote`.'),
      integer('coins', 'Number of coins in the sum.'),
      texts('missing', 'Known coins whose latest cap is too old to count.'),
      boolean('final', 'False while a known coin is missing: the sum is then of the others only.'),
      json('dominance', 'Share of each coin in the sum, 0 to 1.'),
      integer('revision', '1 for the first row of a minute; a larger revision replaces a smaller one.'),
    ],
  },
  signals: {
    name: 'signals',
    summaryColumns: [
      'window_start',
      'coin',
      'window',
      'posts',
      'sentiment_mean',
      'log_return',
      'attention_z',
    ],
    timeColumn: 'window_start',
    partitionBy: ['coin', 'date'],
    columns: signalColumns,
  },
  quotes: {
    name: 'quotes',
    summaryColumns: ['last_updated', 'source', 'base', 'quote', 'price'],
    timeColumn: 'last_updated',
    partitionBy: ['source', 'date'],
    columns: [
      text('source', 'Source of the price.'),
      text('base', 'Currency priced, lower-case symbol.'),
      text('quote', 'Currency of the price, lower-case symbol.'),
      number('price', 'Units of `quote` for one `base`.'),
      number('market_cap', 'In units of `quote`.'),
      number('volume_24h', 'Turnover of the last 24 hours, in units of `quote`.'),
      number('size', 'Traded amount in units of `base`, of a trade.'),
      text('side', 'Side of the taker, of a trade: buy or sell.'),
      text('trade_id', "The exchange's id of the trade."),
      integer('cmc_id', "CoinMarketCap's id of the currency."),
      integer('cmc_rank', "CoinMarketCap's rank of the currency."),
      text('coingecko_id', "CoinGecko's id of the currency."),
      time('last_updated', 'Time of the price.'),
      time('polled_at', 'Time of the poll.'),
      time('received_at', 'When it was read, of a live trade.'),
    ],
  },
  'posts-seen': {
    name: 'posts_seen',
    timeColumn: 'from',
    partitionBy: ['source', 'date'],
    columns: [
      text('source', 'Source that saw all posts of its network.'),
      time('from', 'Start of the span.'),
      time('to', 'End of the span, exclusive; a minute, or less where events are missing.'),
      integer('posts_seen', 'New posts of the network in the span, whatever they are about.'),
    ],
  },
  gaps: {
    name: 'gaps',
    timeColumn: 'from',
    partitionBy: ['source', 'date'],
    columns: [
      text('source', 'Source that was disconnected.'),
      time('from', 'When it was last seen.'),
      time('to', 'When it was seen again.'),
      text('reason', 'Why it was disconnected.'),
      boolean('backfilled', 'Whether the service delivered the missed records afterwards.'),
    ],
  },
  decisions: {
    name: 'decisions',
    partitionBy: ['dest'],
    columns: [
      text('id', 'Post id.'),
      text('source', 'Topic the post was read from.'),
      text('dest', 'Topic the post went to, or discard or error.'),
    ],
  },
  late: {
    name: 'late',
    summaryColumns: ['topic', 'key', 'late_by_ms', 'why'],
    partitionBy: ['topic'],
    columns: [
      ...divertedColumns,
      integer('late_by_ms', 'How far it was behind the watermark, milliseconds.'),
    ],
  },
  rejects: {
    name: 'rejects',
    summaryColumns: ['why', 'topic', 'text', 'value'],
    partitionBy: ['topic'],
    columns: [
      ...divertedColumns,
      text('source', 'Source of a line that could not become a record.'),
      text('file', 'File of that line.'),
      integer('line', 'Line number, from 1.'),
      text('text', 'Beginning of that line.'),
    ],
  },
} as const satisfies Record<string, Dataset>;

export type DatasetName = keyof typeof DATASETS;

/** Whether its records are posts, with ids and authors. */
export const isOfPosts = ({ columns }: Dataset): boolean => columns.some(({ name }) => name === 'author_id');
