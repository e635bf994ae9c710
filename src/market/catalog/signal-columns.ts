import { type Column, column } from './columns.ts';

const { text, number, integer, time, boolean, json } = column;

/** The columns of sentiment, of all posts or of those without bot marks. */
const sentiment = (suffix: string, of: string): readonly Column[] => [
  integer(`sentiment_n${suffix}`, `Scored posts${of}.`),
  number(`sentiment_mean${suffix}`, `Mean sentiment score${of}, from -1 to 1.`),
  number(`sentiment_se${suffix}`, `Standard error of the mean${of}; null for fewer than two scores.`),
  number(`bullishness${suffix}`, `ln((1 + positive posts) / (1 + negative posts))${of}.`),
  number(
    `agreement${suffix}`,
    `1 - sqrt(1 - ((positive - negative) / (positive + negative))^2)${of}: 1 if all agree, 0 if divided evenly.`,
  ),
  number(`sentiment_weighted${suffix}`, `Mean score${of}, weighted by ln(1 + followers of the author).`),
];

export const signalColumns: readonly Column[] = [
  text('coin', 'Coin, lower-case symbol.'),
  text('window', 'Length of the window: 10m, 1h.'),
  time('window_start', 'First millisecond of the window.'),
  time('window_end', 'First millisecond after the window.'),
  text('slide', 'Step of a sliding window: 1m; null for windows that do not overlap.'),
  time(
    'available_at',
    'When the row could be known: window_end + lateness + the largest lag of the sources; for a revision, when its late record had arrived.',
  ),
  integer('posts', 'Posts about the coin.'),
  integer('posts_clean', 'Posts without bot marks.'),
  integer('authors', 'Different authors, exact up to 256, then within 1.6 %; null if no post has one.'),
  integer('new_authors', 'Authors whose first known post about the coin is in the window.'),
  integer('posts_seen', 'Posts about anything that the source saw in the window; null if unknown.'),
  number(
    'attention_z',
    'ln(1 + posts) in standard deviations from its mean in earlier windows of the same hour of the week, UTC; null before there are four.',
  ),
  ...sentiment('', ''),
  ...sentiment('_clean', ' of posts without bot marks'),
  text('price_quote', 'Currency of the price columns, lower-case symbol.'),
  text('price_source', 'Source of the price columns.'),
  number('log_return', 'ln(last price / first price); null for a single price.'),
  number(
    'realised_volatility',
    'Square root of the sum of squared log returns from minute to minute, or from bar to bar.',
  ),
  number('price_range', 'ln(highest price / lowest price).'),
  number('volume', 'Traded amount in units of `coin`; null unless every tick or bar has it.'),
  integer('trades', 'Number of trades; null unless every tick is a trade, or every bar has it.'),
  json('top_hashtags', 'Posts by hashtag, of the five most frequent.'),
  number('followers_p50', 'Median of the followers of the authors, by posts, within 1 %.'),
  number('followers_p90', 'Their 90 % quantile.'),
  number('followers_p99', 'Their 99 % quantile.'),
  integer('bot_posts', 'Posts of authors that call themselves bots.'),
  integer('fast_posts', "An author's further posts about the coin within a minute."),
  integer('duplicate_posts', 'Near duplicates of a post of the hour before.'),
  integer('cashtag_posts', 'Posts with many cashtags.'),
  integer('airdrop_posts', 'Posts with the words of airdrops and giveaways.'),
  integer('revision', '1 for the first row of a window; a larger revision replaces a smaller one.'),
  boolean('final', 'Always true: there are no provisional rows.'),
];
