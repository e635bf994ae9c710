import { parseObject } from '../core/json.ts';
import { list } from '../core/option.ts';
import { Unreadable } from '../core/record.ts';
import type { Millis } from '../core/time.ts';
import { header, layOut, line } from './console-table.ts';
import { defineSink, type SinkContext } from './sink.ts';

/** After a kill, what was printed since the last commit is printed again: at most so much. */
const COMMIT_EVERY_MS = 1000;

type Row = Readonly<Record<string, unknown>>;

/** Writes a record's line: the whole value as it lies (ids that pass 2^53 stay whole), or the fields asked for. */
function formatter({ dataset, terminalWidth }: SinkContext, fields: readonly string[]) {
  if (terminalWidth !== undefined) {
    const columns = layOut(dataset.columns, fields, terminalWidth);
    return { first: header(columns), format: (_: string, row: Row) => line(columns, row) };
  }
  const picked = (row: Row) =>
    JSON.stringify(Object.fromEntries(fields.map((name) => [name, row[name] ?? null])));
  // A line end inside JSON text stands between tokens only.
  const whole = (value: string) => value.replace(/\s*\n\s*/g, ' ');
  return { format: (value: string, row: Row) => (fields.length > 0 ? picked(row) : whole(value)) };
}

export const console = defineSink({
  name: 'console',
  summary: 'A table on a terminal, JSON lines in a pipe.',
  topics: ['tweets-processed'],
  options: { fields: list('--fields', '<list>', 'Fields to show, in this order; without it all of them.') },
  examples: [
    'cryptopipe sink console --fields created_at,id,text',
    'cryptopipe sink console --topics candles --once | head -3',
  ],
  async open({ fields }, context) {
    const { first, format } = formatter(context, fields);
    const counts = { rows: 0, rejected: 0, tombstones: 0 };
    let since: Millis | undefined;
    if (first !== undefined) await context.print(first);
    return {
      // The group's committed offset is the position: what is printed is gone.
      start: async () => undefined,
      async write(batch) {
        since ??= context.clock.now();
        const lines: string[] = [];
        for (const [i, { value }] of batch.records.entries()) {
          if (value === null) {
            counts.tombstones++;
            continue;
          }
          try {
            lines.push(format(value, parseObject(value)));
          } catch (error) {
            if (!(error instanceof Unreadable)) throw error;
            counts.rejected++;
            await context.reject(batch, i, error.message);
          }
        }
        if (lines.length > 0) await context.print(lines.join('\n'));
        counts.rows += lines.length;
      },
      due: (now) => since !== undefined && now - since >= COMMIT_EVERY_MS,
      async flush() {
        since = undefined;
      },
      stop: async () => {},
      close: async () => {},
      counts: () => ({ ...counts }),
    };
  },
});
