import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../core/errors.ts';
import { choice, optionalPath } from '../../core/option.ts';
import { timeOption } from '../../core/span-options.ts';
import { counted } from '../../core/text/numbers.ts';
import type { Column, ColumnType } from '../../market/catalog/columns.ts';
import { DATASETS, type Dataset } from '../../market/catalog/datasets.ts';
import { parquetStream } from '../../sinks/lake/parquet/columns/encode.ts';
import type { StoredTable } from '../../sinks/sink.ts';
import { defineCommand } from '../args/command.ts';
import { queryOptions } from '../args/common-options.ts';
import { didYouMean } from '../args/suggest.ts';
import { formatRows } from '../output/rows.ts';
import { loggerFor } from '../pipeline/session.ts';
import type { Io } from '../process/io.ts';
import { chosenLake, lakeComponents, tablesOf } from '../query/lake.ts';
import { rowsWithin } from '../query/selection.ts';

const FORMATS = ['csv', 'jsonl', 'parquet'] as const;

const TYPES: Readonly<Record<string, ColumnType>> = {
  long: 'integer',
  integer: 'integer',
  double: 'number',
  boolean: 'boolean',
  timestamp: 'time',
  'array<string>': 'texts',
};

const datasetOf = (table: string): Dataset | undefined =>
  Object.values<Dataset>(DATASETS).find(({ name }) => name === table);

/** The columns of a Parquet export; folder columns become columns, a date becomes text. */
const columnsOf = ({ columns }: StoredTable): readonly Column[] =>
  [...columns].map(([name, type]) => ({ name, type: TYPES[type] ?? 'text', help: '' }));

type Batches = ReturnType<StoredTable['rows']>;

async function* parquetChunks(columns: readonly Column[], batches: Batches): AsyncIterable<Uint8Array> {
  const stream = parquetStream(columns);
  for await (const rows of batches) yield* stream.add(rows);
  yield* stream.finish();
}

/** The table by its name, or by the name of its topic. Throws UserError `usage`. */
function findTable(tables: readonly StoredTable[], word: string): StoredTable {
  const name = word.replaceAll('-', '_');
  const found = tables.find((table) => table.name === name);
  if (found !== undefined) return found;
  const names = tables.map((table) => table.name);
  throw new UserError(
    'usage',
    `the lake has no table ${word}`,
    `Choose from ${names.join(', ')}${didYouMean(name, names) || '.'}`,
  );
}

async function write(
  chunks: AsyncIterable<string | Uint8Array>,
  out: string | undefined,
  io: Io,
): Promise<void> {
  if (out === undefined) {
    for await (const text of chunks) {
      io.out(String(text), !io.outIsTerminal);
      await io.drained();
    }
    return;
  }
  await pipeline(chunks, createWriteStream(out));
}

export const command = defineCommand({
  operands: { usage: '<table>', noun: 'table', least: 1, most: 1 },
  options: {
    format: choice('--format', FORMATS, 'Format of the rows.', 'csv'),
    from: timeOption('--from', 'Only rows from this time on.'),
    to: timeOption('--to', 'Only rows before this time.'),
    out: optionalPath('--out', '<file>', 'File to write (default: standard output).'),
    ...queryOptions,
  },
  everyday: ['--dir', '--url', '--format', '--from', '--to', '--out'],
  components: lakeComponents,
  oneSink: 'word',
  chosen: chosenLake,
  check: ({ settings }) =>
    settings.format === 'parquet' && settings.out === undefined
      ? [{ about: '--out', text: '--format parquet needs a file: add --out FILE' }]
      : [],
  examples: [
    'cryptopipe export candles --dir lake --out candles.csv',
    'cryptopipe export tweets_processed --format jsonl --from 2026-03-01 --to 2026-03-02',
  ],
  async run(call, io) {
    const { format, from, to, out } = call.settings;
    const logger = loggerFor(call.settings, io);
    const table = findTable(await tablesOf(call, io, logger), call.operands[0]!);
    const timeColumn = datasetOf(table.name)?.timeColumn;
    if (timeColumn === undefined && (from !== undefined || to !== undefined))
      throw new UserError('usage', `${table.name} has no time to choose by`, 'Omit --from and --to.');
    let count = 0;
    async function* countRows(): Batches {
      for await (const rows of rowsWithin(table, { timeColumn, from, to })) {
        count += rows.length;
        if (io.errIsTerminal) logger.status(`${counted(count, 'row')} of ${table.name}`);
        yield rows;
      }
    }
    const names = [...table.columns.keys()];
    const isParquet = format === 'parquet';
    const chunks = isParquet
      ? parquetChunks(columnsOf(table), countRows())
      : formatRows(format, names, countRows());
    await write(chunks, out, io);
    if (io.errIsTerminal) logger.status('');
    if (out !== undefined) logger.info(`${counted(count, 'row')} of ${table.name} written to ${out}`);
  },
});
