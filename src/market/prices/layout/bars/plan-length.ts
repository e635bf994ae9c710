import type { Millis } from '../../../../core/util/time.ts';
import { EARLIEST } from '../cells/digits.ts';
import { timeReader } from '../cells/times.ts';
import type { Zone } from '../cells/wall-time.ts';
import type { TableShape } from '../columns/table-shape.ts';
import { readFileName } from '../file-name.ts';
import type { TableSettings } from '../layout.ts';
import type { LayoutPlan } from '../plan.ts';
import { timeCellOf } from '../plan-reader.ts';
import { decided } from '../refusal.ts';
import { findLength } from './length.ts';
import { findStamps } from './stamps.ts';
import { type BarLength, namedLength, readLength, readMinutes } from './usual-lengths.ts';

/** What the rows show of the length of their bars. */
interface RowSigns {
  readonly series: Map<string, Millis[]>;
  readonly spans: (readonly [start: Millis, end: Millis])[];
  readonly inColumn: Map<string, BarLength>;
}

/**
 * Reads times, times of closing and named lengths of all rows of the series, whatever their prices. A time that no row can
 * have shows nothing.
 */
function rowSigns(
  plan: LayoutPlan,
  rows: TableShape['rows'],
  zone: Zone | undefined,
  latest: Millis,
): RowSigns {
  const { columns, dateOrder } = plan;
  const { symbolAt, baseAt, only } = plan.series;
  const [timeOf, endOf] = [timeReader(dateOrder, zone, false), timeReader(dateOrder, zone, false)];
  const timeCell = timeCellOf(plan);
  const hasStart = columns.time !== undefined || columns.date !== undefined;
  const signs: RowSigns = { series: new Map(), spans: [], inColumn: new Map() };
  for (const row of rows) {
    if (only !== undefined && String(row[only.at] ?? '').trim() !== only.value) continue;
    const time = timeOf(timeCell(row));
    if (!(time >= EARLIEST && time <= latest)) continue;
    const key = String(row[symbolAt ?? baseAt ?? -1] ?? '');
    const times = signs.series.get(key);
    if (times === undefined) signs.series.set(key, [time]);
    else times.push(time);
    const end = columns.end === undefined || !hasStart ? Number.NaN : endOf(row[columns.end]);
    if (!Number.isNaN(end)) signs.spans.push([time, end]);
    const written = columns.interval === undefined ? '' : String(row[columns.interval] ?? '');
    const length = readLength(written) ?? readMinutes(written);
    if (length !== undefined) signs.inColumn.set(length.text, length);
  }
  return signs;
}

/** The plan with the length of its bars and how rows are stamped. Throws Undecided. Unchanged if no row has a time. */
export function withLength(
  plan: LayoutPlan,
  { rows, name: layout }: TableShape,
  settings: TableSettings,
  zone: Zone | undefined,
  file: string,
  latest: Millis,
): LayoutPlan {
  const { series, spans, inColumn } = rowSigns(plan, rows, zone, latest);
  const times = [...series.values()];
  if (times.length === 0) return plan;
  const walls = zone === undefined ? times : times.map((some) => some.map((time) => zone.wallAt(time)));
  const wished = settings.intervalMs > 0 ? namedLength(settings.intervalMs) : undefined;
  const name = readFileName(file, layout);
  const { length } = decided(
    findLength({
      series: walls,
      spans,
      wished,
      inColumn: [...inColumn.values()],
      inName: name.length,
      isNameKnown: name.isKnown,
    }),
  );
  const isSure = wished !== undefined || spans.length > 0 || inColumn.size > 0;
  const isEndOnly = plan.columns.time === undefined && plan.columns.date === undefined;
  const stamps = decided(findStamps(times.flat(), zone && walls.flat(), length, isEndOnly, isSure));
  return { ...plan, length, ...stamps };
}
