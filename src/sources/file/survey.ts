import { InvalidRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import { missingPostColumns } from '../../market/posts/layouts/csv.ts';
import { tweetTime } from '../../market/posts/tweet.ts';
import { detectLayout } from '../../market/prices/layout/detect.ts';
import { type PriceLayout, rowTime, type TableSettings } from '../../market/prices/layout/layout.ts';
import { restoreLayout } from '../../market/prices/layout/open-layout.ts';
import { type OpenedFile, openFile, readError } from './bytes/input.ts';
import type { NamedFile } from './paths.ts';
import { FINGERPRINT_BYTES } from './position.ts';
import { type PostRows, postsOf } from './posts.ts';
import { listsInside, takeOut } from './rows/answer.ts';
import { type Block, FILE_START, type Spot } from './rows/block.ts';
import { parseRow } from './rows/cells.ts';
import { splitCells } from './rows/csv.ts';
import { type FileKind, fileKindOf } from './rows/kind.ts';
import { RowSample, SAMPLE_ROWS } from './rows/sample.ts';
import { allBlocks } from './whole.ts';

/** What the first rows of a file show. */
export interface Survey {
  readonly kind: FileKind;
  /** Of prices. */
  readonly layout?: PriceLayout;
  /** Names of the columns: of JSON objects, and of a CSV of posts. */
  readonly names: readonly string[] | undefined;
  /** The place of the first row of data. */
  readonly dataStart: Spot;
  /** Time of the first row, or of the oldest one seen where the newest come first; NaN: unknown. */
  readonly firstTime: Millis;
  readonly isEmpty: boolean;
}

/** Rows of posts that are looked at: one tells the time, and the header of a CSV is another. */
const SAMPLED_POSTS = 3;

export type Surveyed = { readonly survey: Survey } | { readonly problems: readonly string[] };

/** What the first rows are examined for: prices with these settings, or posts. */
export interface SurveySettings {
  /** Undefined: posts. */
  readonly table: TableSettings | undefined;
  readonly delimiter: string | undefined;
  readonly latest: Millis;
}

/** A layout of its own for each pass over a file: it remembers the rows before. */
export const freshLayout = (layout: PriceLayout, latest: Millis): PriceLayout =>
  restoreLayout(layout.stored, latest);

function timeOfRows(layout: PriceLayout, sample: RowSample, file: string): Millis {
  const { rows } = sample.table(file, false);
  let oldest = Number.NaN;
  for (const row of rows.slice(layout.skipRows)) {
    try {
      const price = layout.read(row);
      const time = price === undefined ? Number.NaN : rowTime(price);
      if (!Number.isNaN(time) && !(time >= oldest)) oldest = time;
      if (layout.order === 'oldest first' && !Number.isNaN(oldest)) break;
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
    }
  }
  return oldest;
}

const emptySurvey = (kind: FileKind): Survey => ({
  kind,
  names: undefined,
  dataStart: FILE_START,
  firstTime: Number.NaN,
  isEmpty: true,
});

function surveyPrices(
  sample: RowSample,
  isWhole: boolean,
  name: string,
  kind: FileKind,
  settings: TableSettings,
  latest: Millis,
): Surveyed {
  const table = sample.table(name, isWhole);
  if (sample.isEmpty) return { survey: emptySurvey(kind) };
  if (table.rows.length === 0)
    return { problems: [`--file ${name}: none of its rows can be read: ${sample.broken ?? 'it is cut'}`] };
  const found = detectLayout(table, settings, latest);
  if ('problems' in found) return { problems: found.problems.map((problem) => `--file ${name}: ${problem}`) };
  const { layout } = found;
  const firstTime = timeOfRows(freshLayout(layout, latest), sample, name);
  const dataStart = sample.spots[layout.skipRows] ?? FILE_START;
  return { survey: { kind, layout, names: table.names, dataStart, firstTime, isEmpty: false } };
}

/** The time of the first post of a row; NaN where it has none. */
function timeOfPost(text: string | undefined, rows: PostRows): Millis {
  try {
    const [post] = text === undefined ? [] : postsOf(text, rows);
    return post === undefined ? Number.NaN : tweetTime(post.value);
  } catch (error) {
    if (error instanceof InvalidRecord) return Number.NaN;
    throw error;
  }
}

function surveyPosts({ texts, spots, isEmpty }: RowSample, kind: FileKind, name: string): Surveyed {
  if (kind.kind !== 'csv') {
    const firstTime = timeOfPost(texts[0], 'json');
    return { survey: { kind, names: undefined, dataStart: FILE_START, firstTime, isEmpty } };
  }
  const [header, first] = texts;
  if (header === undefined)
    return isEmpty ? { survey: emptySurvey(kind) } : { problems: [`--file ${name}: it has no header`] };
  const names = splitCells(header, kind.delimiter);
  const missing = missingPostColumns(names);
  if (missing !== undefined)
    return { problems: [`--file ${name}: a CSV of posts needs a header; this one lacks ${missing}`] };
  const firstTime = timeOfPost(first, { delimiter: kind.delimiter, names });
  return { survey: { kind, names, dataStart: spots[1] ?? FILE_START, firstTime, isEmpty: false } };
}

/** Gives the blocks of a file from its start, read as this kind. */
export type BlocksOf = (kind: FileKind) => AsyncIterable<Block>;

const ARRAY: FileKind = { kind: 'json array' };

/** Surveys the rows inside the one object of a file, as an answer of a service has them; undefined where there are none. */
async function surveyAnswer(
  name: string,
  text: string,
  blocksOf: BlocksOf,
  settings: SurveySettings,
): Promise<Surveyed | undefined> {
  const lists = listsInside(parseRow(text));
  if (lists.length === 0) return undefined;
  const refused = { problems: [`--file ${name}: ${takeOut(lists, name)}`] };
  if (lists.length > 1) return refused;
  const { surveyed, sample } = await surveyRows(name, ARRAY, blocksOf, settings);
  return sample.texts.length === Math.min(lists[0]!.length, SAMPLE_ROWS) ? surveyed : refused;
}

/** Reads the first rows of a file, and says how it is read. */
export async function surveyBlocks(
  name: string,
  kind: FileKind,
  blocksOf: BlocksOf,
  settings: SurveySettings,
): Promise<Surveyed> {
  const { surveyed, sample } = await surveyRows(name, kind, blocksOf, settings);
  const isOneObject = sample.names !== undefined && sample.texts.length === 1;
  return (
    ('problems' in surveyed && settings.table !== undefined && isOneObject
      ? await surveyAnswer(name, sample.texts[0]!, blocksOf, settings)
      : undefined) ?? surveyed
  );
}

async function surveyRows(
  name: string,
  kind: FileKind,
  blocksOf: BlocksOf,
  { table, latest }: SurveySettings,
): Promise<{ readonly surveyed: Surveyed; readonly sample: RowSample }> {
  const sample = new RowSample(kind, table === undefined ? SAMPLED_POSTS : undefined);
  let isWhole = true;
  for await (const block of blocksOf(kind)) {
    sample.add(block);
    if (!sample.isFull) continue;
    isWhole = false;
    break;
  }
  const surveyed =
    table === undefined
      ? surveyPosts(sample, kind, name)
      : surveyPrices(sample, isWhole, name, kind, table, latest);
  return { surveyed, sample };
}

/** A file with what its first rows show. */
export interface SurveyedFile {
  readonly file: OpenedFile;
  /** Undefined for a pipe, which can be read only once. */
  readonly survey: Survey | undefined;
}

/** Blocks up to a fault of the compressed data: whoever reads the file meets it again. */
async function* untilFault(blocks: AsyncIterable<Block>, name: string): AsyncGenerator<Block> {
  let hasRows = false;
  try {
    for await (const block of blocks) {
      hasRows = true;
      yield block;
    }
  } catch (cause) {
    const error = readError(name, cause);
    if (error.code !== 'damaged' || !hasRows) throw error;
  }
}

/** Opens a file and looks at its first rows. Throws UserError for a file that cannot be read. */
export async function surveyFile(
  { name, path }: NamedFile,
  settings: SurveySettings,
): Promise<SurveyedFile | { readonly problems: readonly string[] }> {
  const opened = await openFile(name, path);
  if (!opened.isRegular) return { file: opened, survey: undefined };
  const kind = fileKindOf(opened.head, true, settings.delimiter)!;
  const blocksOf: BlocksOf = (one) => untilFault(allBlocks(opened, one), name);
  const surveyed = await surveyBlocks(name, kind, blocksOf, settings);
  if ('problems' in surveyed) return surveyed;
  const head = Buffer.from(opened.head.subarray(0, FINGERPRINT_BYTES));
  return { file: { ...opened, head }, survey: surveyed.survey };
}
