import { UserError } from '../../core/errors.ts';
import type { Shape } from './position.ts';
import { type PriceSettings, readQuoteLine, toRecord } from './quotes.ts';
import type { LineReader, Origin } from './reader.ts';
import { type RowReader, rowReader } from './row-reader.ts';

/** Reads a candle CSV, a tick CSV or JSON lines of quotes; the first line tells which, unless the settings say. */
export function priceReader(settings: PriceSettings, origin: Origin, known?: Shape): LineReader {
  let format = settings.format === 'auto' ? known?.format : settings.format;
  let rows: RowReader | undefined;
  const openRows = (header: string): RowReader => rowReader(header, settings, origin, known?.intervalMs);
  if (format !== 'quotes' && known?.header !== undefined) rows = openRows(known.header);

  return {
    read(line) {
      if (line.trim() === '') return [];
      format ??= line.trimStart().startsWith('{') ? 'quotes' : undefined;
      if (format === 'quotes')
        return [toRecord(readQuoteLine(line, settings, origin.latest()), origin.topic)];
      if (rows !== undefined) return rows.read(line);
      rows = openRows(line);
      format = rows.shape().format;
      return [];
    },
    holding: () => rows?.holding() ?? false,
    shape: () => rows?.shape() ?? (format === 'quotes' ? { format } : undefined),
    finish: () => {
      if (rows?.holding())
        throw new UserError(
          'usage',
          `--file ${origin.file}: one candle does not tell how long it is`,
          'Say it: --interval 1m.',
        );
    },
  };
}
