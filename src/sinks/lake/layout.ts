import { choice, list, type Option, type Settings } from '../../core/option.ts';
import type { Dataset } from '../../market/catalog/datasets.ts';
import { LAKE_HOUSE } from '../../market/catalog/lake-house.ts';
import { DAY_COLUMN } from './delta/schema.ts';
import { FORMATS, type FormatName } from './parquet/columns/formats.ts';

/** How a lake is laid out; shared by every sink that keeps one. */
export const layoutOptions = {
  partitionBy: list(
    '--partition-by',
    '<columns>',
    "Folders of a table: columns, and date, the UTC day of the record's time (default: tag or coin, and date).",
  ),
  table: choice(
    '--table',
    ['delta', 'plain'],
    'delta: each record once. plain: Hive folders of files without a log, on any store; after a crash records may stand there twice.',
    'delta',
  ),
  preset: choice(
    '--preset',
    ['none', 'lake-house'],
    'lake-house: cmp_tmn.parquet, candles.parquet and market_cap.parquet by partition_key, with the columns of that project.',
    'none',
  ),
  format: choice(
    '--format',
    Object.keys(FORMATS) as FormatName[],
    'Kind of the files; a Delta table is Parquet.',
    'parquet',
  ) satisfies Option<FormatName>,
};

export type Layout = Settings<typeof layoutOptions>;

/** What is wrong with these settings taken together, a sentence each. */
export function layoutErrors({ table, format, preset, partitionBy }: Layout): readonly string[] {
  const complaints: string[] = [];
  if (table === 'delta' && format !== 'parquet')
    complaints.push(`--format ${format}: a Delta table is Parquet; add --table plain`);
  if (preset !== 'none' && partitionBy.length > 0)
    complaints.push(`--partition-by: --preset ${preset} has its own folders; leave one of the two out`);
  return complaints;
}

/** What of these settings cannot be done for a dataset, a sentence each. */
export function layoutErrorsFor(dataset: Dataset, { partitionBy, preset }: Layout): readonly string[] {
  if (preset === 'lake-house') {
    if (LAKE_HOUSE[dataset.name] !== undefined) return [];
    const there = Object.keys(LAKE_HOUSE).join(', ').replaceAll('_', '-');
    return [
      `--preset: lake-house has no table for ${dataset.name}; name other topics with --topics: it has ${there}`,
    ];
  }
  const { columns, timeColumn, dayColumn = DAY_COLUMN } = dataset;
  const allowed = columns.filter(({ type }) => type !== 'texts' && type !== 'json').map(({ name }) => name);
  if (timeColumn !== undefined) allowed.push(dayColumn);
  const wrong = partitionBy.filter((name) => !allowed.includes(name));
  if (wrong.length === 0) return [];
  return [
    `--partition-by: ${dataset.name} cannot have folders by ${wrong.join(', ')}; choose among ${allowed.join(', ')}, or name other topics with --topics`,
  ];
}

/** A dataset as these settings want it kept; `misfits` has found nothing. */
export function applyLayout(dataset: Dataset, { partitionBy, preset }: Layout): Dataset {
  const house = preset === 'lake-house' ? LAKE_HOUSE[dataset.name] : undefined;
  return house ?? (partitionBy.length === 0 ? dataset : { ...dataset, partitionBy });
}
