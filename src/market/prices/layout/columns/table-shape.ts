import type { Millis } from '../../../../core/util/time.ts';
import type { Row, TableSample } from '../../table.ts';
import type { PriceLayout, TableSettings } from '../layout.ts';
import { decided, refuse } from '../refusal.ts';
import { type ColumnIndexes, simplify } from './fields.ts';
import { findHeader, type Header } from './header.ts';
import type { KnownNames } from './known.ts';
import { matchColumns } from './match-columns.ts';
import { columnsOfKnown, knownByNames, knownByRows } from './match-known.ts';
import { listed, wishedColumns } from './wished-columns.ts';

/** What the columns of a table hold, and where its data begins. */
export interface TableShape extends Header {
  /** Of the layout. */
  readonly name: string;
  readonly kind: PriceLayout['kind'];
  readonly columns: ColumnIndexes;
  /** The column that holds the time where a row has none in its own; of tables whose rows have names. */
  readonly otherTime: number | undefined;
  readonly known: KnownNames | undefined;
  /** The sample's rows without those before the data. */
  readonly rows: readonly Row[];
  /** Number of columns. */
  readonly width: number;
}

/** Most cells in one of the first rows that has several. */
const widthOf = ({ names, rows }: TableSample): number =>
  names?.length ?? rows.find((row) => row.length > 1)?.length ?? rows[0]?.length ?? 0;

/** A table without names: one of a known layout. Throws Undecided. */
function shapeWithoutNames(
  header: Header,
  rows: readonly Row[],
  width: number,
  settings: TableSettings,
  latest: Millis,
): TableShape {
  const signs = settings.decimal === undefined ? (['.', ','] as const) : [settings.decimal];
  const matches = signs.map((sign) => knownByRows(rows, settings, sign, latest));
  const fitting = matches.find((some) => some.length > 0) ?? [];
  const [known] = fitting;
  if (known === undefined || fitting.length > 1) {
    const columns = fitting.map(({ fields }) => fields.join(',')).join(' or ');
    const which = known === undefined ? 'are those of no known layout' : `may be ${columns}`;
    refuse(
      `it has no header, and its ${width} columns ${which}: name them by number with --no-header --columns time=1,open=2,high=3,low=4,close=5 (or time=1,price=2)`,
    );
  }
  const { name, kind } = known!;
  const columns = columnsOfKnown(known!);
  return { ...header, name, kind, columns, otherTime: undefined, known: undefined, rows, width };
}

/** Finds out what the columns of a table hold. Throws Undecided. */
export function findShape(sample: TableSample, settings: TableSettings, latest: Millis): TableShape {
  const isEnough = (names: readonly string[]): boolean =>
    settings.columns !== undefined &&
    wishedColumns(settings.columns, names, names.length).problems.length === 0;
  const header: Header =
    sample.names === undefined
      ? findHeader(sample.rows, settings.hasHeader, isEnough)
      : { names: sample.names, skipRows: 0 };
  const rows = sample.rows.slice(header.skipRows);
  const width = header.names?.length ?? widthOf(sample);
  if (header.names === undefined && settings.columns === undefined)
    return shapeWithoutNames(header, rows, width, settings, latest);
  const wished = wishedColumns(settings.columns ?? {}, header.names ?? [], width);
  if (wished.problems.length > 0) refuse(...wished.problems);
  const names = header.names ?? Array.from({ length: width }, () => '');
  const found = decided(matchColumns(names, wished.columns, rows, settings, sample.names !== undefined));
  const known =
    header.symbol === undefined
      ? knownByNames(names.map(simplify))
      : { name: 'yahoo', names: [], volumeIn: 'quote' as const };
  return { ...header, ...found, name: known?.name ?? 'columns by name', known, rows, width };
}

/** The index of the column that `--symbol-column` names. Throws Undecided. */
export function symbolColumn(reference: string, shape: TableShape): number {
  const names = shape.names ?? [];
  const { symbol } = wishedColumns({ symbol: reference }, names, shape.width).columns;
  const columns = names.length === 0 ? `1 to ${shape.width}` : listed(names);
  return symbol ?? refuse(`--symbol-column ${reference}: there is no such column; the file has ${columns}`);
}

/** The columns with the volumes that are named by their currencies, as CryptoDataDownload does: `Volume BTC`, `Volume USDT`. */
export function withNamedVolumes(
  { names = [], columns }: Pick<TableShape, 'names' | 'columns'>,
  pair: { readonly base: string; readonly quote: string },
): ColumnIndexes {
  const used = new Set(Object.values(columns));
  const free = names.map((name, at) => (used.has(at) ? '' : simplify(name)));
  const isNamed = (name: string): boolean => /^volume[a-z][a-z0-9]*$/.test(name);
  const at = (name: string): number | undefined => (free.includes(name) ? free.indexOf(name) : undefined);
  const volume = columns.volume ?? at(`volume${pair.base}`);
  const others = free.flatMap((name, index) => (isNamed(name) && index !== volume ? [index] : []));
  // Where the base's column is known, the only other one is the quote's, whatever a flag calls it.
  const other =
    columns.volume === undefined && volume !== undefined && others.length === 1 ? others[0] : undefined;
  const quoteVolume = columns.quote_volume ?? at(`volume${pair.quote}`) ?? other;
  return {
    ...columns,
    ...(volume !== undefined && { volume }),
    ...(quoteVolume !== undefined && { quote_volume: quoteVolume }),
  };
}
