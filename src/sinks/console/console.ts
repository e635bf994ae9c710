import { list, toggle } from '../../core/option.ts';
import { InvalidRecord } from '../../core/stream/record.ts';
import { parseObject } from '../../core/util/json.ts';
import type { Millis } from '../../core/util/time.ts';
import { topicsOf } from '../../market/catalog/feeds.ts';
import { defineSink } from '../sink.ts';
import { ConsoleTable } from './table.ts';

/** After a kill, at most this much output is printed again. */
const COMMIT_EVERY_MS = 1000;

type Row = Readonly<Record<string, unknown>>;

/** Lines for a pipe: the value unchanged (ids above 2^53 keep their digits), or the selected fields. */
function jsonLine(fields: readonly string[]): (value: string, row: Row) => string {
  if (fields.length > 0)
    return (_, row) => JSON.stringify(Object.fromEntries(fields.map((name) => [name, row[name] ?? null])));
  // In JSON text, line breaks occur only between tokens.
  return (value) => value.replace(/\s*\n\s*/g, ' ');
}

export const console = defineSink({
  name: 'console',
  summary: 'Print a table on a terminal, JSON lines in a pipe.',
  topics: topicsOf('tweets-processed'),
  options: {
    fields: list(
      '--fields',
      '<list>',
      'Fields to show, in this order (default: all; on a terminal, as many as fit).',
    ),
    raw: toggle('--raw', 'In a pipe, print C1 control characters unescaped, not as \\u0080 to \\u009f.'),
  },
  examples: [
    'cryptopipe sink console --fields created_at,id,text',
    'cryptopipe sink console --topics candles --once | head -3',
  ],
  async open({ fields, raw }, context, { output }) {
    const { dataset, info } = context;
    const { print, width } = output;
    const table = width === undefined ? undefined : new ConsoleTable(dataset, fields, width);
    const line = jsonLine(fields);
    const counts = { rows: 0, rejected: 0, tombstones: 0 };
    /** Monotonic time of the first line since the last commit. */
    let since: Millis | undefined;
    let hasReportedHidden = false;
    const linesOf = (values: readonly string[], rows: readonly Row[]): readonly string[] => {
      if (table === undefined) return values.map((value, i) => line(value, rows[i]!));
      const lines = table.lines(rows);
      const { hidden } = table;
      if (hidden.length > 0 && !hasReportedHidden) {
        hasReportedHidden = true;
        info(`no room for ${hidden.join(', ')}; choose fields with --fields`);
      }
      return lines;
    };
    return {
      // Printed lines cannot be read back, so the position is the group's committed offset.
      start: async () => undefined,
      async write(batch) {
        since ??= context.clock.monotonic();
        const values: string[] = [];
        const rows: Row[] = [];
        for (const [i, { value }] of batch.records.entries()) {
          if (value === null) {
            counts.tombstones++;
            continue;
          }
          try {
            rows.push(parseObject(value));
            values.push(value);
          } catch (error) {
            if (!(error instanceof InvalidRecord)) throw error;
            counts.rejected++;
            await context.reject(batch, i, error.message);
          }
        }
        if (rows.length > 0) await print(linesOf(values, rows).join('\n'), raw && table === undefined);
        counts.rows += rows.length;
      },
      due: (at) => since !== undefined && at - since >= COMMIT_EVERY_MS,
      async flush() {
        since = undefined;
      },
      stop: async () => {},
      close: async () => {},
      counts: () => ({ ...counts }),
    };
  },
});
