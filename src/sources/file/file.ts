import { resolve } from 'node:path';
import { choice, optionalText, type Settings, span, toggle } from '../../core/option.ts';
import { QUOTE_PLACEHOLDERS } from '../shared/quote-record.ts';
import { defineSource, type Kind, latestTime } from '../source.ts';
import { inspect } from './inspect.ts';
import { postReader } from './posts.ts';
import { priceReader } from './prices.ts';
import type { PriceSettings } from './quotes.ts';
import { readFileOn, readPipe } from './read.ts';
import type { Origin } from './reader.ts';

const options = {
  file: optionalText('--file', '<path>', 'File to read, plain or gzip; - for standard input.'),
  fileFormat: choice(
    '--file-format',
    ['auto', 'candles', 'ticks', 'quotes'],
    'Prices: a CSV of candles (timestamp,open,high,low,close), a CSV of ticks (time,price) or JSON lines of quotes.',
    'auto',
  ),
  base: optionalText('--base', '<currency>', 'Currency that the prices are of: btc.'),
  quote: optionalText('--quote', '<currency>', 'Currency that the prices are in: usdt.'),
  interval: {
    ...span('--interval', 'Length of a candle; without it, the distance of the first two rows.', 0, {
      min: 1000,
      max: 31 * 86_400_000,
    }),
    fallbackText: '',
  },
  fromStart: toggle('--from-start', 'Read the file from its start, also where it was read before.'),
};

/** No `|`, `/` or `@`: they part the fields of record keys. */
const SYMBOL = /^[a-z0-9._-]{1,32}$/;

const lower = (text: string | undefined): string | undefined => text?.trim().toLowerCase();

function check(settings: Settings<typeof options>, kinds: readonly Kind[]): string[] {
  const problems: string[] = [];
  if (settings.file === undefined || settings.file === '')
    problems.push('the source file needs a file: add --file PATH (or --file - for standard input)');
  if (kinds.length !== 1)
    problems.push(
      'a file holds one kind: write `produce prices --source file` or `produce tweets --source file`',
    );
  for (const [flag, text] of [
    ['--base', lower(settings.base)],
    ['--quote', lower(settings.quote)],
  ] as const)
    if (text !== undefined && !SYMBOL.test(text))
      problems.push(`${flag}: '${text}' is not a currency symbol: write letters and digits, as btc`);
  return problems;
}

const priceSettings = ({ fileFormat, base, quote, interval }: Settings<typeof options>): PriceSettings => ({
  format: fileFormat,
  base: lower(base),
  quote: lower(quote),
  intervalMs: interval,
});

export const file = defineSource({
  name: 'file',
  summary: 'Import prices or posts from a file; a second run reads what was appended.',
  feeds: { tweets: ['tweets'], prices: ['prices-file'] },
  options,
  examples: [
    'cryptopipe produce prices --source file --file BTCUSDT-1m.csv --base btc --quote usdt',
    'zcat ticks.csv.gz | cryptopipe produce prices --source file --file - --base eth --quote usdt',
    'cryptopipe produce tweets --source file --file posts.jsonl.gz',
  ],
  fills: (_, kinds) => (kinds.includes('tweets') ? [] : QUOTE_PLACEHOLDERS),
  check,
  async inspect(settings, kinds) {
    const isPrices = !kinds.includes('tweets');
    return settings.file ? inspect(settings.file, isPrices ? priceSettings(settings) : undefined) : [];
  },
  async *read(settings, context) {
    const name = settings.file ?? '';
    const tweets = settings.kinds.includes('tweets');
    const topic = settings.topic ?? (tweets ? 'tweets' : 'prices-file');
    const { now, warn } = context;
    const origin: Origin = { file: name, topic, now, latest: () => latestTime(context), warn };
    const prices = priceSettings(settings);
    const make = tweets
      ? () => postReader(origin)
      : (known: Parameters<typeof priceReader>[2]) => priceReader(prices, origin, known);
    if (name === '-') yield* readPipe(context.stdin(), origin, make, context);
    else yield* readFileOn(resolve(name), settings.fromStart, origin, make, context);
  },
});
