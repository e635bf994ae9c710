import type { Column } from '../../../market/catalog/columns.ts';
import { sentimentLabel } from '../../../market/text/sentiment.ts';
import type { TextScorer } from '../../sink.ts';
import { rangeCollector } from '../delta/range.ts';
import type { ColumnStats } from '../parquet/columns/shred.ts';
import { type ColumnChunk, ParquetWriter } from '../parquet/file.ts';
import { filterColumn } from '../parquet/filter.ts';
import type { StoredPage, StoredValue } from '../parquet/pages.ts';
import { openParquet, type ParquetSource } from '../parquet/source.ts';

/** A file with new scores; all other columns as they were stored. */
export interface RescoredFile {
  /** Rows whose score or model changed, and all rows. */
  readonly changed: number;
  readonly rows: number;
  readonly chunks: readonly Uint8Array[];
  /** Of the columns that were asked for. */
  readonly stats: readonly ColumnStats[];
}

const SCORE = 'sentiment_score';
const LABEL = 'sentiment_label';
const MODEL = 'sentiment_model';
const TYPES = {
  text: ['BYTE_ARRAY'],
  [SCORE]: ['DOUBLE', 'FLOAT'],
  [LABEL]: ['BYTE_ARRAY'],
  [MODEL]: ['BYTE_ARRAY'],
};

type Cell = StoredValue | null;

/** The index of a column's leaf. Throws Error for a file that lacks it. */
function leafOf({ leaves }: ParquetSource, name: keyof typeof TYPES): number {
  const at = leaves.findIndex(({ path }) => path.length === 1 && path[0] === name);
  const leaf = leaves[at];
  if (leaf === undefined) throw new Error(`it has no column ${name}`);
  if (!TYPES[name].includes(leaf.type) || leaf.definition !== 1)
    throw new Error(`its column ${name} has another type than cryptopipe writes`);
  return at;
}

/** The cells of a flat column in a row group. */
function cellsOf(source: ParquetSource, group: number, leaf: number): Cell[] {
  const cells: Cell[] = [];
  const { definition: present } = source.leaves[leaf]!;
  for (const { count, definition, values } of source.pages(group, leaf))
    for (let i = 0, at = 0; i < count; i++)
      cells.push(definition.length > 0 && definition[i] !== present ? null : values[at++]!);
  return cells;
}

const pageOf = (cells: readonly Cell[]): StoredPage => ({
  count: cells.length,
  repetition: [],
  definition: cells.map((cell) => (cell === null ? 0 : 1)),
  values: cells.filter((cell) => cell !== null),
});

const textOf = (cell: Cell): string | null =>
  cell === null ? null : Buffer.from(cell as Uint8Array).toString();

/**
 * Scores the texts of a Parquet file again; a row without a text stays as it is. Undefined where no row changes. Throws
 * Error for a file that cannot be read or lacks a column.
 */
export async function rescoreFile(
  bytes: Uint8Array,
  { name, scores }: TextScorer,
  columns: readonly Column[],
): Promise<RescoredFile | undefined> {
  const source = await openParquet(bytes);
  const at = {
    text: leafOf(source, 'text'),
    score: leafOf(source, SCORE),
    label: leafOf(source, LABEL),
    model: leafOf(source, MODEL),
  };
  const file = new ParquetWriter(source.description);
  const ranges = columns.map((column) => rangeCollector(column, source.leaves));
  const labels = new Map(['positive', 'neutral', 'negative'].map((label) => [label, Buffer.from(label)]));
  const model = Buffer.from(name);
  let changed = 0;
  for (const [group, rows] of source.groups.entries()) {
    const cells = {
      score: cellsOf(source, group, at.score),
      label: cellsOf(source, group, at.label),
      model: cellsOf(source, group, at.model),
    };
    const texts = cellsOf(source, group, at.text).map(textOf);
    const scored = (await scores(texts.filter((text) => text !== null))).values();
    for (const [row, text] of texts.entries()) {
      if (text === null) continue;
      const value = scored.next().value!;
      const isSame = cells.score[row] === value && textOf(cells.model[row]!) === name;
      if (!isSame) changed++;
      cells.score[row] = value;
      cells.label[row] = labels.get(sentimentLabel(value))!;
      cells.model[row] = model;
    }
    const replaced = new Map([
      [at.score, cells.score],
      [at.label, cells.label],
      [at.model, cells.model],
    ]);
    const chunks: ColumnChunk[] = [];
    for (const [leaf, about] of source.leaves.entries()) {
      const values = replaced.get(leaf);
      const pages = values === undefined ? source.pages(group, leaf) : [pageOf(values)];
      const own = ranges.filter((range) => range.leaf === leaf);
      chunks.push(
        await filterColumn(file, pages, about, new Uint8Array(rows), (some) => {
          for (const range of own) range.add(some);
        }),
      );
    }
    file.addRowGroup(rows, chunks);
  }
  const rows = source.groups.reduce((sum, count) => sum + count, 0);
  return changed === 0
    ? undefined
    : { changed, rows, chunks: file.finish(), stats: ranges.map((range) => range.stats(rows)) };
}
