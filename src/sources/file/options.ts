import { choice, lines, optionalText, type Settings, textByName, toggle } from '../../core/option.ts';
import { span, timeZone } from '../../core/span-options.ts';
import { DAY } from '../../core/util/time.ts';
import type { TableSettings } from '../../market/prices/layout/layout.ts';

const DELIMITERS: Readonly<Record<string, string>> = {
  tab: '\t',
  '\\t': '\t',
  comma: ',',
  semicolon: ';',
  pipe: '|',
};

function delimiterOf(text: string): string {
  const delimiter = DELIMITERS[text] ?? text;
  if ([',', ';', '\t', '|'].includes(delimiter)) return delimiter;
  throw new RangeError(`'${text}' is not one of , ; tab |`);
}

export const fileOptions = {
  file: lines(
    '--file',
    '<path>',
    "File to read: CSV, JSON or Parquet, plain or in gzip, zip or zstd; a folder; a pattern ('data/*.csv'); - for standard input.",
  ),
  fileFormat: choice(
    '--file-format',
    ['auto', 'bars', 'ticks', 'quotes', 'candles'],
    'What the rows of prices are: bars (open, high, low, close; candles is the same), ticks, or quotes of data services.',
    'auto',
  ),
  base: optionalText('--base', '<currency>', 'Currency that is priced: btc.'),
  quote: optionalText('--quote', '<currency>', 'Currency that the prices are in: usdt.'),
  interval: {
    ...span('--interval', 'Length of a bar, where the file does not show it.', 0, {
      min: 1000,
      max: 31 * DAY,
    }),
    fallbackText: '',
  },
  columns: textByName(
    '--columns',
    '<name=column,...>',
    'Columns by name or number: time=unix,open=2. Names: time, open, high, low, close, price, volume, symbol ...',
  ),
  noHeader: toggle('--no-header', 'The first row is data.'),
  delimiter: {
    ...optionalText(
      '--delimiter',
      '<character>',
      'Between the cells of a CSV: , ; tab or | (default: detected).',
    ),
    parse: delimiterOf,
  },
  decimal: choice('--decimal', ['auto', '.', ','], 'Decimal point of the numbers.', 'auto'),
  dateOrder: choice('--date-order', ['auto', 'mdy', 'dmy'], 'How dates such as 01/02/2024 are read.', 'auto'),
  zone: timeZone('--zone', 'Zone of times without an offset: Europe/Madrid (default: UTC).'),
  symbolColumn: optionalText(
    '--symbol-column',
    '<column>',
    'Column that names the series, by name or number.',
  ),
  symbol: optionalText('--symbol', '<symbol>', 'The one series to read of a file that holds several.'),
  fromStart: toggle('--from-start', 'Read the file from its start, even if it was read before.'),
  again: toggle('--again', 'Import a file again that was imported as another pair; implies --from-start.'),
  dryRun: toggle('--dry-run', 'Print the first 10 rows of each file as they would be read; write nothing.'),
};

export type FileSettings = Settings<typeof fileOptions>;

const lower = (text: string | undefined): string | undefined => text?.trim().toLowerCase();

/** What the flags say about a file of prices. */
export const tableSettings = (settings: FileSettings): TableSettings => ({
  format: settings.fileFormat === 'candles' ? 'bars' : settings.fileFormat,
  columns: Object.keys(settings.columns).length > 0 ? settings.columns : undefined,
  hasHeader: settings.noHeader ? false : undefined,
  decimal: settings.decimal === 'auto' ? undefined : settings.decimal,
  zone: settings.zone,
  dateOrder: settings.dateOrder === 'auto' ? undefined : settings.dateOrder,
  symbolColumn: settings.symbolColumn,
  symbol: settings.symbol,
  base: lower(settings.base),
  quote: lower(settings.quote),
  intervalMs: settings.interval,
});

/** No `|`, `/` or `@`: they part the fields of record keys. */
const SYMBOL = /^[a-z0-9._-]{1,32}$/;

/** Problems of the settings alone. */
export function settingsProblems({ file, base, quote }: FileSettings, kinds: readonly string[]): string[] {
  const problems: string[] = [];
  if (file.length === 0)
    problems.push('the source file needs a file: add --file PATH (or --file - for standard input)');
  if (file.length > 1 && file.includes('-'))
    problems.push('--file -: standard input is read alone; name the other files in another run');
  if (kinds.length !== 1)
    problems.push(
      'a file holds one kind: write `produce prices --source file` or `produce tweets --source file`',
    );
  for (const [flag, text] of [
    ['--base', lower(base)],
    ['--quote', lower(quote)],
  ] as const)
    if (text !== undefined && !SYMBOL.test(text))
      problems.push(`${flag}: '${text}' is not a currency symbol: write letters and digits, as btc`);
  return problems;
}
