/** The type of a column: `time` is a UTC timestamp in milliseconds; ids are `text` because they exceed 2^53. */
export type ColumnType = 'text' | 'number' | 'integer' | 'time' | 'boolean' | 'texts' | 'json';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Its meaning and unit, for the documentation. */
  readonly help: string;
  /** Computes its value; absent if it is the field of the same name. */
  readonly of?: (record: Readonly<Record<string, unknown>>) => unknown;
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

/** Makes a column of each type. */
export const column = { text, number, integer, time, boolean, texts, json };

/** Columns of a record that was late or rejected. */
export const divertedColumns = [
  text('topic', 'Topic of the record, or the one it was meant for.'),
  integer('partition', 'Its partition.'),
  integer('offset', 'Its offset.'),
  text('key', 'Its key.'),
  json('value', 'Its value as read.'),
  text('why', 'Why it was diverted.'),
];

/** Columns of a post about one coin or tag. */
export const postColumns = [
  text('id', 'Post id.'),
  time('created_at', 'Time of the post.'),
  text('coin', 'Coin it is about, lower-case symbol.'),
  text('tag', 'Tag of the matching rule; the coin for a coin rule.'),
  text(
    'coin_why',
    'What shows the coin: rule, cashtag, name, or context (an ambiguous name next to trading terms).',
  ),
  texts('tags', 'Tags of all matching rules.'),
  text('kind', 'original, retweet, quote or reply.'),
  text('lang', "Language, as X's code."),
  text('text', 'Full text.'),
  texts('hashtags', 'Hashtags without #.'),
  texts('cashtags', 'Cashtags without $.'),
  texts('urls', 'Links, expanded.'),
  text('author_id', "Author's id."),
  text('username', "Author's handle."),
  text('name', "Author's display name."),
  integer('followers_count', "Author's followers when the post was read."),
  boolean('verified', 'Whether the author is verified.'),
  integer('favorite_count', 'Likes.'),
  integer('retweet_count', 'Retweets.'),
  integer('reply_count', 'Replies.'),
  integer('quote_count', 'Quotes.'),
  integer('word_count', 'Words of the text.'),
  number('sentiment_score', 'From -1 (negative) to 1 (positive).'),
  text('sentiment_label', 'negative, neutral or positive.'),
  text('sentiment_model', 'Model that scored it.'),
  text('source', 'Source of the post.'),
  time('received_at', 'When the post was read; null if unknown.'),
  texts('bot_marks', 'What suggests that no person wrote it: bot, cashtags, airdrop.'),
  number('relevance', 'Probability that the user likes it, by the model of `select --relevance`.'),
];
