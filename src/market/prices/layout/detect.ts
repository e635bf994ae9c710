import { DAY, MINUTE, type Millis, SECOND } from '../../../core/util/time.ts';
import type { Cell, Row, TableSample } from '../table.ts';
import { findLength, type LengthSigns } from './bars/length.ts';
import { type BarLength, isMonth, namedLength, readLength, readMinutes } from './bars/usual-lengths.ts';
import { decimalOf } from './cells/number-style.ts';
import { dateOrderOf } from './cells/time-style.ts';
import { timeReader } from './cells/times.ts';
import { openZone, type Zone } from './cells/zone.ts';
import type { ColumnIndexes } from './columns/fields.ts';
import { simplify } from './columns/fields.ts';
import { findHeader, type Header } from './columns/header.ts';
import { type FoundColumns, listed, matchColumns, wishedColumns } from './columns/match-columns.ts';
import { columnsOfKnown, knownByNames, knownByRows } from './columns/match-known.ts';
import { isCoin } from './columns/pair.ts';
import { planSeries } from './columns/plan-series.ts';
import { describeLayout } from './describe.ts';
import { readFileName } from './file-name.ts';
import type { DetectedLayout, PriceLayout, TableSettings } from './layout.ts';
import type { LayoutPlan } from './plan.ts';
import { planReader, timeCellOf } from './plan-reader.ts';
import { readSample } from './sample-facts.ts';

/** A layout that reads by a plan. `latest`: a later time is rejected. */
function openLayout(plan: LayoutPlan, latest: Millis): PriceLayout {
  return {
    name: plan.name,
    kind: plan.kind,
    skipRows: plan.skipRows,
    order: plan.order,
    interval: plan.length?.text,
    intervalMs: plan.length?.ms,
    description: plan.description,
    warnings: plan.warnings,
    stored: plan,
    read: planReader(plan, latest),
  };
}

/** The layout of a file that was read before, as `PriceLayout.stored` of that run. */
export const restoreLayout = (stored: object, latest: Millis): PriceLayout =>
  openLayout(stored as LayoutPlan, latest);

class Undecided extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
  }
}
const refuse = (...problems: readonly string[]): never => {
  throw new Undecided(problems);
};

/** The value of a decision, or the refusal of it. */
function decided<T>(result: T): Exclude<T, { readonly why: string }> {
  if (typeof result === 'object' && result !== null && 'why' in result) refuse(String(result.why));
  return result as Exclude<T, { readonly why: string }>;
}

const cellsOf = (
  rows: readonly Row[],
  columns: ColumnIndexes,
  fields: readonly (keyof ColumnIndexes)[],
): Cell[] =>
  fields.flatMap((field) => {
    const at = columns[field];
    return at === undefined ? [] : rows.map((row) => row[at]);
  });

interface Shape extends Header, FoundColumns {
  readonly name: string;
  readonly rows: readonly Row[];
}

function shapeOf(sample: TableSample, settings: TableSettings, latest: Millis): Shape {
  const firstWidth = sample.names?.length ?? sample.rows.find((row) => row.length > 1)?.length ?? 0;
  const enough = (names: readonly string[]): boolean => {
    const { columns, problems } = wishedColumns(settings, names, names.length);
    return settings.columns !== undefined && problems.length === 0 && Object.keys(columns).length > 0;
  };
  const header: Header =
    sample.names === undefined
      ? findHeader(sample.rows, settings.hasHeader, enough)
      : { names: sample.names, skipRows: 0 };
  const rows = sample.rows.slice(header.skipRows);
  const { names } = header;
  const wished = wishedColumns(settings, names ?? [], names?.length ?? firstWidth);
  if (wished.problems.length > 0) refuse(...wished.problems);
  if (names !== undefined || settings.columns !== undefined) {
    const given = names ?? Array.from({ length: firstWidth }, () => '');
    const found = matchColumns(given, wished.columns, rows, settings, sample.names !== undefined);
    if ('problems' in found) return refuse(...found.problems);
    const known = knownByNames(given.map(simplify));
    return { ...header, ...found, rows, name: known?.name ?? 'columns by name' };
  }
  const decimal = settings.decimal ?? '.';
  const fitting = knownByRows(rows, settings, decimal, latest);
  const [known] = fitting;
  if (known === undefined || fitting.length > 1)
    return refuse(
      `it has no header, and its ${firstWidth} columns ${known === undefined ? 'are those of no known layout' : `may be ${fitting.map(({ fields }) => fields.join(',')).join(' or ')}`}: name them with --no-header --columns time=1,open=2,high=3,low=4,close=5 or --columns time=1,price=2`,
    );
  return { ...header, kind: known.kind, columns: columnsOfKnown(known), rows, name: known.name };
}

/** CryptoDataDownload names its volumes by their currencies: `Volume BTC`, `Volume USDT`. */
function withNamedVolumes(shape: Shape, pair: { base: string; quote: string } | undefined): ColumnIndexes {
  if (shape.kind !== 'bars' || shape.names === undefined || pair === undefined) return shape.columns;
  const names = shape.names.map(simplify);
  const volume = shape.columns.volume ?? names.indexOf(`volume${pair.base}`);
  const quoteVolume = shape.columns.quote_volume ?? names.indexOf(`volume${pair.quote}`);
  return {
    ...shape.columns,
    ...(volume !== -1 && { volume }),
    ...(quoteVolume !== -1 && { quote_volume: quoteVolume }),
  };
}

/** The start of a bar is its stamp plus this, for stamps at the end of a bar; and the phase of the starts. */
function stampsOf(
  walls: readonly Millis[],
  length: BarLength,
  columns: ColumnIndexes,
  isSure: boolean,
): { readonly shift: Millis; readonly phase: Millis | undefined } {
  if (isMonth(length) || length.ms > DAY) {
    const ends =
      walls.length > 0 && walls.every((wall) => [1, SECOND].some((unit) => (wall + unit) % DAY === 0));
    return { shift: ends && !isMonth(length) ? -length.ms + 1 : 0, phase: undefined };
  }
  const counts = new Map<number, number>();
  for (const wall of walls) counts.set(wall % length.ms, (counts.get(wall % length.ms) ?? 0) + 1);
  const [[rest, count] = [0, 0]] = [...counts].sort((a, b) => b[1] - a[1]);
  const isEndOnly = columns.time === undefined && columns.date === undefined;
  if (count < walls.length / 2) return { shift: 0, phase: undefined };
  if (isEndOnly && rest === 0) return { shift: -length.ms, phase: 0 };
  const units = length.ms >= DAY ? [1, SECOND, MINUTE] : [1, SECOND];
  if (units.some((unit) => rest === length.ms - unit && unit < length.ms)) return { shift: -rest, phase: 0 };
  if (rest !== 0 && length.ms < DAY && !isSure)
    refuse(
      `its rows are ${length.text} apart, but begin ${rest / SECOND} s past the usual start of a bar of ${length.text}: add --interval with the length of a bar`,
    );
  return { shift: 0, phase: count === walls.length || count > 0.9 * walls.length ? rest : undefined };
}

function lengthSigns(
  shape: Shape,
  plan: LayoutPlan,
  settings: TableSettings,
  zone: Zone | undefined,
  file: string,
): LengthSigns {
  const { columns, rows } = shape;
  const timeOf = timeReader(plan.dateOrder, zone, false);
  const endOf = timeReader(plan.dateOrder, zone, false);
  const cellOf = timeCellOf(plan);
  const { symbolAt, baseAt, only } = plan.series;
  const series = new Map<string, Millis[]>();
  const spans: (readonly [Millis, Millis])[] = [];
  const inColumn = new Map<string, BarLength>();
  for (const row of rows) {
    if (only !== undefined && String(row[only.at] ?? '').trim() !== only.value) continue;
    const time = timeOf(cellOf(row));
    if (Number.isNaN(time)) continue;
    const key = String(row[symbolAt ?? baseAt ?? -1] ?? '');
    const times = series.get(key) ?? [];
    series.set(key, times);
    times.push(zone === undefined ? time : zone.wallAt(time));
    if (columns.end !== undefined && cellOf(row) !== row[columns.end]) {
      const end = endOf(row[columns.end]);
      if (!Number.isNaN(end)) spans.push([time, end]);
    }
    const named = columns.interval === undefined ? '' : String(row[columns.interval] ?? '');
    const length = readLength(named) ?? readMinutes(named);
    if (length !== undefined) inColumn.set(length.text, length);
  }
  const name = readFileName(file, shape.name);
  return {
    series: [...series.values()],
    spans,
    wished: settings.intervalMs > 0 ? namedLength(settings.intervalMs) : undefined,
    inColumn: [...inColumn.values()],
    inName: name.length,
    isNameKnown: name.isKnown,
  };
}

function planOf(sample: TableSample, settings: TableSettings, latest: Millis): LayoutPlan {
  const shape = shapeOf(sample, settings, latest);
  const { rows, kind, names } = shape;
  const zone = settings.zone === undefined ? undefined : openZone(settings.zone);
  if (settings.zone !== undefined && zone === undefined)
    refuse(`--zone: '${settings.zone}' is no time zone; write one as Europe/Madrid`);
  const filterAt =
    settings.symbolColumn === undefined ? undefined : filterColumn(settings.symbolColumn, shape, sample);
  const { pair: namedPair } = readFileName(sample.file, shape.name);
  const found = decided(
    planSeries(
      {
        file: sample.file,
        columns: shape.columns,
        names: names ?? [],
        rows,
        symbol: shape.symbol,
        namedPair,
      },
      settings,
      filterAt,
    ),
  );
  const [only] = Object.values(found.plan.pairs);
  const pair =
    found.plan.symbolAt === undefined
      ? found.plan.base !== undefined && found.plan.quote !== undefined
        ? { base: found.plan.base, quote: found.plan.quote }
        : undefined
      : only;
  let columns = withNamedVolumes(shape, pair);
  const known = names && knownByNames(names.map(simplify));
  if (known?.volumeIn === 'quote' && pair !== undefined && isCoin(pair.base)) {
    const { volume, ...rest } = columns;
    columns = { ...rest, ...(volume !== undefined && { quote_volume: volume }) };
  }
  const prices = cellsOf(rows, columns, ['open', 'high', 'low', 'close', 'price']);
  const amounts = cellsOf(rows, columns, ['volume', 'quote_volume', 'size', 'market_cap', 'volume_24h']);
  const decimal = settings.decimal ?? decided(decimalOf(prices, amounts));
  const dates = rows.map(timeCellOf({ columns }));
  const dateOrder = settings.dateOrder ?? decided(dateOrderOf(dates));
  const used = new Set(Object.values(columns));
  const others = Object.fromEntries(
    kind === 'quotes' ? (names ?? []).flatMap((name, at) => (used.has(at) ? [] : [[name, at] as const])) : [],
  );
  const timeAt = columns.time ?? columns.date ?? columns.end;
  const width = sample.names === undefined ? widthOf(rows, names?.length) : undefined;
  const plan: LayoutPlan = {
    name: shape.name,
    kind,
    width,
    skipRows: shape.skipRows,
    headerCell: sample.names === undefined && timeAt !== undefined ? names?.[timeAt] : undefined,
    columns,
    others,
    decimal,
    dateOrder,
    zone: settings.zone,
    series: found.plan,
    length: undefined,
    shift: 0,
    phase: undefined,
    order: 'oldest first',
    description: '',
    warnings: found.warnings,
  };
  const measured =
    kind === 'bars' && rows.length > 0 ? withLength(plan, shape, settings, zone, sample.file) : plan;
  return withFacts(measured, rows, sample, latest, found.note);
}

/** Adds the length of the bars. */
function withLength(
  plan: LayoutPlan,
  shape: Shape,
  settings: TableSettings,
  zone: Zone | undefined,
  file: string,
): LayoutPlan {
  const signs = lengthSigns({ ...shape, columns: plan.columns }, plan, settings, zone, file);
  const walls = signs.series.flat();
  // No row has a time: their reasons tell why.
  if (walls.length === 0) return plan;
  const { length } = decided(findLength(signs));
  const isSure = signs.wished !== undefined || signs.spans.length > 0;
  return { ...plan, length, ...stampsOf(walls, length, plan.columns, isSure) };
}

/** Adds what reading the sample shows. */
function withFacts(
  plan: LayoutPlan,
  rows: readonly Row[],
  sample: TableSample,
  latest: Millis,
  note: string | undefined,
): LayoutPlan {
  const facts = readSample(rows, planReader(plan, latest));
  if (facts.taken === 0 && facts.rejected > 0)
    refuse(`none of its first ${facts.rejected} rows can be read: ${[...new Set(facts.reasons)].join('; ')}`);
  const { kind, columns, length, series } = plan;
  const description = describeLayout({
    file: sample.file,
    kind,
    interval: length?.text,
    pairs: facts.taken > 0 ? facts.pairs : Object.values(series.pairs),
    order: facts.order,
    first: facts.first,
    last: sample.isWhole || facts.order === 'newest first' ? facts.last : undefined,
    columns,
    notes: note === undefined ? [] : [note],
  });
  return { ...plan, order: facts.order, description, warnings: [...plan.warnings, ...facts.warnings] };
}

function filterColumn(reference: string, shape: Shape, sample: TableSample): number {
  const names = shape.names ?? [];
  const width = sample.names?.length ?? sample.rows[0]?.length ?? 0;
  const { columns, problems } = wishedColumns(
    { format: 'auto', intervalMs: 0, columns: { symbol: reference } },
    names,
    width,
  );
  if (columns.symbol === undefined)
    refuse(
      `--symbol-column ${reference}: there is no such column; the file has ${names.length === 0 ? `1 to ${width}` : listed(names)}`,
    );
  return problems.length === 0 ? columns.symbol! : -1;
}

/** The number of cells in most rows: the header's, or of the data where the header is shorter. */
function widthOf(rows: readonly Row[], headerWidth: number | undefined): number {
  if (headerWidth !== undefined) return headerWidth;
  const counts = new Map<number, number>();
  for (const { length } of rows.slice(0, 200)) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

/**
 * Finds out how a file is read from its first rows, before anything is written. `latest`: a later time is rejected. Nothing is guessed:
 * what could be read in two ways is a problem that names the flag which decides.
 */
export function detectLayout(sample: TableSample, settings: TableSettings, latest: Millis): DetectedLayout {
  try {
    return { layout: openLayout(planOf(sample, settings, latest), latest) };
  } catch (error) {
    if (error instanceof Undecided) return { problems: error.problems };
    throw error;
  }
}
