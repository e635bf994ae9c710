import type { NewRecord } from '../../../core/stream/record.ts';
import { formatTime } from '../../../core/util/time.ts';
import type { BarRow, PriceLayout, PriceRow } from '../../../market/prices/layout/layout.ts';
import type { LayoutPlan } from '../../../market/prices/layout/plan.ts';
import type { Cell } from '../../../market/prices/table.ts';
import type { CountDrop, LeftOut, Origin, TextReader } from '../reader.ts';
import { isBlank } from '../rows/block.ts';
import type { TextCells } from '../rows/cells.ts';
import { type PriceTopics, rowWriter } from './records.ts';
import { type UnfinishedBars, unfinishedId } from './unfinished-bars.ts';

/** How the rows of a file of prices are read. */
export interface PriceTable {
  readonly layout: PriceLayout;
  readonly cells: TextCells;
}

/** Fields of a quote that have a meaning. */
const OWN_FIELDS = new Set(
  'source base quote price market_cap volume_24h size side trade_id last_updated time'.split(' '),
);

/** A quote with the fields of its row that are arrays or objects, and have no meaning here. */
function withNested(price: PriceRow, nested: TextCells['nested']): PriceRow {
  if (nested === undefined || price.kind !== 'tick') return price;
  const others: Record<string, unknown> = { ...price.others };
  for (const name in nested) if (!OWN_FIELDS.has(name)) others[name] = nested[name];
  return { ...price, others: others as Record<string, Cell> };
}

/** Reads bars, ticks and quotes. `unfinished`: rows that earlier runs left out. `skip`: rows before the data. */
export function priceReader(
  { layout, cells }: PriceTable,
  topics: PriceTopics,
  origin: Origin,
  unfinished: UnfinishedBars,
  skip: number,
): TextReader {
  const write = rowWriter(topics, layout.interval);
  const { columns, decimal } = layout.stored as LayoutPlan;
  const hasTexts = layout.kind === 'bars' && decimal === '.';
  const now = origin.now();
  let left = skip;
  let isRunningLogged = false;
  let isUnfinishedLogged = false;

  /** The outcome for a bar that is not over, or was not when an earlier run read this row; undefined for others. */
  const leaveOut = ({ start, end }: BarRow, text: string, count: CountDrop): LeftOut | undefined => {
    const isOver = end <= now;
    if (isOver && unfinished.isEmpty) return undefined;
    const id = unfinishedId(text, end);
    if (isOver && !unfinished.has(id)) return undefined;
    if (!isOver && !isRunningLogged)
      origin.info(
        `--file ${origin.file}: the bar of ${formatTime(start)} ends at ${formatTime(end)}, in the future; it is left for the next run`,
      );
    if (isOver && !isUnfinishedLogged)
      origin.warn(
        `--file ${origin.file}: the bar of ${formatTime(start)} was not over when it was read first, and its row is the same: it is left out until the row changes; --again reads it as it is`,
      );
    isRunningLogged ||= !isOver;
    isUnfinishedLogged ||= isOver;
    count(isOver ? 'unfinished' : 'running');
    return { id, isOver };
  };

  return {
    read(text, into: NewRecord[], count) {
      if (isBlank(text)) return 'none';
      const row = cells.read(text);
      if (left > 0) {
        left--;
        return 'none';
      }
      const price = layout.read(row);
      if (price === undefined) return 'none';
      if (price.kind === 'bar') {
        const left = leaveOut(price, text, count);
        if (left !== undefined) return left;
        if (price.widened) count('widened');
      }
      if (hasTexts) write(price, into, { cells: row, columns });
      else write(layout.kind === 'quotes' ? withNested(price, cells.nested) : price, into);
      return 'data';
    },
  };
}
