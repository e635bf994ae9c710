import type { DuckDBResult } from '@duckdb/node-api';
import { UserError } from '../../core/errors.ts';
import { defineCommand } from '../args/command.ts';
import { queryOptions } from '../args/common-options.ts';
import { formatRows, rowFormat } from '../output/rows.ts';
import { loggerFor } from '../pipeline/session.ts';
import { connectTables, loadDuckDb, mentioned } from '../query/duckdb.ts';
import { chosenLake, lakeComponents, tablesOf } from '../query/lake.ts';
import { LocalFiles } from '../query/local-files.ts';
import { plainValue } from '../query/plain-value.ts';

async function* batchesOf(result: DuckDBResult): AsyncIterable<readonly (readonly unknown[])[]> {
  for await (const rows of result.yieldRows()) yield rows.map((row) => row.map(plainValue));
}

export const command = defineCommand({
  operands: { usage: '"SELECT ..."', noun: 'statement', least: 1, most: 1 },
  options: { format: rowFormat, ...queryOptions },
  everyday: ['--dir', '--url', '--format'],
  components: lakeComponents,
  oneSink: 'word',
  chosen: chosenLake,
  examples: [
    'cryptopipe query "SELECT coin, count(*) FROM posts_latest GROUP BY coin" --dir lake',
    'cryptopipe query "SELECT * FROM candles_latest WHERE coin = \'btc\' ORDER BY window_start DESC LIMIT 5" --format csv',
  ],
  async run(call, io) {
    const { settings, operands } = call;
    const sql = operands[0]!;
    const logger = loggerFor(settings, io);
    const duckDb = loadDuckDb();
    const tables = await tablesOf(call, io, logger);
    const files = new LocalFiles(io.errIsTerminal && !settings.quiet ? logger.status : () => {});
    try {
      const connection = await connectTables(duckDb, mentioned(sql, tables), files);
      const result = await connection.stream(sql).catch((error: Error) => {
        const names = tables.map(({ name }) => name).join(', ') || 'none';
        throw new UserError(
          'usage',
          error.message,
          `Tables here: ${names}; docs/topics.md lists their columns.`,
        );
      });
      const format = settings.format === 'auto' ? (io.outIsTerminal ? 'table' : 'jsonl') : settings.format;
      for await (const text of formatRows(format, result.deduplicatedColumnNames(), batchesOf(result))) {
        io.out(text, !io.outIsTerminal);
        await io.drained();
      }
      connection.closeSync();
    } finally {
      await files.close();
    }
  },
});
