import { choice, list, type Option, type Settings } from '../../core/option.ts';
import type { Dataset } from '../../market/catalog/datasets.ts';
import { LAKE_HOUSE } from '../../market/catalog/lake-house.ts';
import { DAY_COLUMN } from './delta/schema.ts';
import { FORMATS, type FormatName } from './parquet/columns/formats.ts';

/** Options for the layout of a lake, shared by the sinks that write one. */
export const layoutOptions = {
  partitionBy: list(
    '--partition-by',
    '<columns>',
    "Partition columns of a table; date is the UTC day of the record's time (default: tag or coin, and date).",
  ),
  table: choice(
    '--table',
    ['delta', 'plain'],
    'delta: each record once. plain: Hive folders without a log, on any store; a crash may duplicate records.',
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
    'File format; a Delta table needs parquet.',
    'parquet',
  ) satisfies Option<FormatName>,
};

export type Layout = Settings<typeof layoutOptions>;

/** Errors of these settings in combination. */
export function layoutErrors({ table, format, preset, partitionBy }: Layout): readonly string[] {
  const errors: string[] = [];
  if (table === 'delta' && format !== 'parquet')
    errors.push(`--format ${format}: a Delta table needs parquet; add --table plain`);
  if (preset !== 'none' && partitionBy.length > 0)
    errors.push(`--partition-by: --preset ${preset} defines its own folders; omit one of the two`);
  return errors;
}

/** Errors of these settings for a dataset. */
export function layoutErrorsFor(dataset: Dataset, { partitionBy, preset }: Layout): readonly string[] {
  if (preset === 'lake-house') {
    if (LAKE_HOUSE[dataset.name] !== undefined) return [];
    const available = Object.keys(LAKE_HOUSE).join(', ').replaceAll('_', '-');
    return [
      `--preset: lake-house has no table for ${dataset.name}; choose other topics with --topics; it has ${available}`,
    ];
  }
  const { columns, timeColumn, dayColumn = DAY_COLUMN } = dataset;
  const allowed = columns.filter(({ type }) => type !== 'texts' && type !== 'json').map(({ name }) => name);
  if (timeColumn !== undefined) allowed.push(dayColumn);
  const wrong = partitionBy.filter((name) => !allowed.includes(name));
  if (wrong.length === 0) return [];
  return [
    `--partition-by: ${dataset.name} cannot be partitioned by ${wrong.join(', ')}; choose from ${allowed.join(', ')}, or choose other topics with --topics`,
  ];
}

/** The dataset with the columns and partitions of these settings; call only when `layoutErrorsFor` returned nothing. */
export function applyLayout(dataset: Dataset, { partitionBy, preset }: Layout): Dataset {
  const house = preset === 'lake-house' ? LAKE_HOUSE[dataset.name] : undefined;
  return house ?? (partitionBy.length === 0 ? dataset : { ...dataset, partitionBy });
}
