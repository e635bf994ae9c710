import type { Millis } from '../../../core/util/time.ts';
import type { Cell, Row, TableSample } from '../table.ts';
import { withLength } from './bars/plan-length.ts';
import { withVolumesByPrice } from './bars/volumes.ts';
import { decimalOf } from './cells/number-style.ts';
import { dateOrderOf } from './cells/time-style.ts';
import { openZone, type Zone } from './cells/wall-time.ts';
import type { ColumnIndexes } from './columns/fields.ts';
import { isCoin, type Pair } from './columns/pair.ts';
import { planSeries } from './columns/plan-series.ts';
import { findShape, symbolColumn, type TableShape, withNamedVolumes } from './columns/table-shape.ts';
import { describeLayout } from './describe.ts';
import { readFileName } from './file-name.ts';
import type { DetectedLayout, TableSettings } from './layout.ts';
import { openLayout } from './open-layout.ts';
import type { LayoutPlan, SeriesPlan } from './plan.ts';
import { planReader, timeCellOf } from './plan-reader.ts';
import { decided, refuse, Undecided } from './refusal.ts';
import { readSample, type SampleFacts } from './sample-facts.ts';

const cellsOf = (
  rows: readonly Row[],
  columns: ColumnIndexes,
  fields: readonly (keyof ColumnIndexes)[],
): Cell[] =>
  fields.flatMap((field) => {
    const at = columns[field];
    return at === undefined ? [] : rows.map((row) => row[at]);
  });

/** The one pair of a file; undefined if there are several, or none is known before a row is read. */
function onePair({ pairs, symbolAt, base, quote }: SeriesPlan): Pair | undefined {
  const known = Object.values(pairs);
  if (symbolAt !== undefined) return known.length === 1 ? known[0] : undefined;
  return base === undefined || quote === undefined ? undefined : { base, quote };
}

/** The columns, with volumes that the pair tells: in whose currency they are, or under which name they stand. */
function withVolumes(shape: TableShape, pair: Pair | undefined): ColumnIndexes {
  if (shape.kind !== 'bars' || pair === undefined) return shape.columns;
  const columns = withNamedVolumes(shape, pair);
  if (shape.known?.volumeIn !== 'quote' || !isCoin(pair.base)) return columns;
  const { volume, ...others } = columns;
  return volume === undefined ? columns : { ...others, quote_volume: volume };
}

function zoneOf({ zone }: TableSettings): Zone | undefined {
  if (zone === undefined) return undefined;
  return openZone(zone) ?? refuse(`--zone: '${zone}' is no time zone; write one as Europe/Madrid`);
}

/** All that the sample tells before its rows are read. */
function planOf(
  sample: TableSample,
  shape: TableShape,
  settings: TableSettings,
  series: SeriesPlan,
): LayoutPlan {
  const { rows, kind, names } = shape;
  const columns = withVolumes(shape, onePair(series));
  const prices = cellsOf(rows, columns, ['open', 'high', 'low', 'close', 'price']);
  const amounts = cellsOf(rows, columns, ['volume', 'quote_volume', 'size', 'market_cap', 'volume_24h']);
  const decimal = settings.decimal ?? decided(decimalOf(prices, amounts));
  const used = new Set([...Object.values(columns), shape.otherTime]);
  const others = (names ?? []).flatMap((name, at) => (used.has(at) ? [] : [[name, at] as const]));
  const timeAt = columns.time ?? columns.date ?? columns.end;
  const hasHeader = sample.names === undefined && timeAt !== undefined;
  return {
    name: shape.name,
    kind,
    width: sample.names === undefined ? shape.width : undefined,
    skipRows: shape.skipRows,
    headerCell: hasHeader ? names?.[timeAt] : undefined,
    columns: withVolumesByPrice(columns, rows, decimal),
    otherTime: shape.otherTime,
    others: kind === 'quotes' ? Object.fromEntries(others) : {},
    decimal,
    dateOrder: settings.dateOrder ?? decided(dateOrderOf(rows.map(timeCellOf(shape)))),
    zone: settings.zone,
    series,
    length: undefined,
    shift: 0,
    phase: undefined,
    order: 'oldest first',
    description: '',
    warnings: [],
  };
}

/** Reads the sample. Rows of a zone need the order of their times, which the first reading shows. */
function factsOf(plan: LayoutPlan, rows: readonly Row[], latest: Millis): SampleFacts {
  const facts = readSample(rows, planReader(plan, latest), plan.zone !== undefined);
  if (plan.zone === undefined || facts.order === 'oldest first') return facts;
  const ordered = facts.order === 'newest first' ? rows.toReversed() : rows;
  return {
    ...readSample(ordered, planReader({ ...plan, order: facts.order }, latest), true),
    order: facts.order,
  };
}

function detect(sample: TableSample, settings: TableSettings, latest: Millis): LayoutPlan {
  const zone = zoneOf(settings);
  const shape = findShape(sample, settings, latest);
  const { rows, kind, columns, names = [], symbol } = shape;
  const { file } = sample;
  const filterAt =
    settings.symbolColumn === undefined ? undefined : symbolColumn(settings.symbolColumn, shape);
  const { pair: namedPair } = readFileName(file, shape.name);
  const series = decided(
    planSeries({ file, kind, columns, names, rows, symbol, namedPair }, settings, filterAt),
  );
  const unmeasured = planOf(sample, shape, settings, series.plan);
  const plan = kind === 'bars' ? withLength(unmeasured, shape, settings, zone, file, latest) : unmeasured;
  const facts = factsOf(plan, rows, latest);
  // A quote that is rejected says nothing about the file.
  if (facts.taken === 0 && facts.rejected > 0 && kind !== 'quotes')
    refuse(`none of its first ${facts.rejected} rows can be read: ${[...new Set(facts.reasons)].join('; ')}`);
  const isNewestFirst = facts.order === 'newest first';
  const description = describeLayout({
    file,
    kind,
    length: plan.length,
    pairs: facts.taken > 0 ? facts.pairs : Object.values(series.plan.pairs),
    order: facts.order,
    first: sample.isWhole || !isNewestFirst ? facts.first : undefined,
    last: sample.isWhole || isNewestFirst ? facts.last : undefined,
    columns: plan.columns,
    note: series.note,
  });
  return { ...plan, order: facts.order, description, warnings: [...series.warnings, ...facts.warnings] };
}

/**
 * Finds out how a file is read from its first rows, before anything is written. A time later than `latest` is rejected.
 * Nothing is guessed: what could be read in two ways is a problem, which names the flag that decides.
 */
export function detectLayout(sample: TableSample, settings: TableSettings, latest: Millis): DetectedLayout {
  try {
    return { layout: openLayout(detect(sample, settings, latest), latest) };
  } catch (error) {
    if (error instanceof Undecided) return { problems: error.problems };
    throw error;
  }
}
