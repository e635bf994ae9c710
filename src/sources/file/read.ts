import { realpath } from 'node:fs/promises';
import { InvalidRecord } from '../../core/stream/record.ts';
import type { Millis } from '../../core/util/time.ts';
import { type PriceLayout, rowTime } from '../../market/prices/layout/layout.ts';
import { restoreLayout } from '../../market/prices/layout/open-layout.ts';
import type { Chunk, SourceContext } from '../source.ts';
import { type OpenedFile, readBytes, readError } from './bytes/input.ts';
import { type ReadProgress, toChunks } from './chunks.ts';
import { type FilePosition, fingerprint, parsePlace, placeName, refuseOtherPair } from './position.ts';
import { whereToGoOn } from './prefix.ts';
import { UnfinishedBars } from './prices/unfinished-bars.ts';
import type { Origin } from './reader.ts';
import { logLayout, originOf, pairOf, type Reading, type RowReading, readerFor } from './reading.ts';
import { type Block, FILE_START, type Spot } from './rows/block.ts';
import { longestRow, readBlocks } from './rows/blocks.ts';
import { textCells } from './rows/cells.ts';
import { MOST_SORTED, sortBlocks, tooLargeToSort } from './rows/sorted.ts';
import { freshLayout, type Survey } from './survey.ts';
import { allBlocks, blocksBackwards, identifyFile } from './whole.ts';

/** Rows from the newest to the oldest, and Parquet, are read as a whole: a position inside them tells nothing. */
const isReadWhole = ({ kind, layout }: Pick<Survey, 'kind' | 'layout'>): boolean =>
  kind.kind === 'parquet' || layout?.order === 'newest first';

/** Blocks in the order of the rows' times, for an unordered file. Throws UserError past what fits in memory. */
function inTimeOrder(
  blocks: AsyncIterable<Block>,
  from: Spot,
  file: string,
  { kind, layout, names }: RowReading,
  latest: Millis,
): AsyncIterable<Block> {
  if (layout?.order !== 'unordered') return blocks;
  const cells = textCells(kind, names);
  const { read } = freshLayout(layout, latest);
  const timeOf = (text: string): Millis => {
    try {
      const row = read(cells.read(text));
      return row === undefined ? Number.NaN : rowTime(row);
    } catch (error) {
      if (error instanceof InvalidRecord) return Number.NaN;
      throw error;
    }
  };
  return sortBlocks(blocks, from, file, timeOf);
}

/**
 * The name of a file's position and what is stored there. A symbolic link shares the position of the file that it leads
 * to; older versions stored one under the link's own name, which counts where the file has none.
 */
async function storedPosition({ name, path }: OpenedFile, topic: string, { position }: SourceContext) {
  const real = await realpath(path).catch((cause: unknown) => {
    throw readError(name, cause);
  });
  const own = placeName(topic, real);
  const stored = (await position(own)) ?? (await position(placeName(topic, path)));
  return { name: own, stored: stored === undefined ? undefined : parsePlace(stored) };
}

/** Reads what a regular file holds past its stored position. Throws UserError. */
export async function* readFileOn(file: OpenedFile, survey: Survey, reading: Reading): AsyncGenerator<Chunk> {
  const { context } = reading;
  const origin = originOf(file.name, survey, reading);
  if (survey.isEmpty) {
    context.warn(`--file ${file.name} is empty`);
    return;
  }
  logLayout(origin, survey);
  const { name, stored } = await storedPosition(file, origin.topic, context);
  yield* isReadWhole(survey)
    ? readWhole(file, survey, origin, reading, name, stored)
    : readPart(file, survey, origin, reading, name, stored);
}

async function* readPart(
  file: OpenedFile,
  survey: Survey,
  origin: Origin,
  reading: Reading,
  name: string,
  stored: FilePosition | undefined,
): AsyncGenerator<Chunk> {
  const { context, again, fromStart } = reading;
  const { signal } = context;
  const isKnown = stored !== undefined && stored.whole === undefined && !again;
  const last = isKnown ? await whereToGoOn(file, stored, origin, signal) : undefined;
  if (signal.aborted) return;
  if (last !== undefined) refuseOtherPair(file.name, stored!, pairOf(reading));
  const from: ReadProgress = (fromStart ? undefined : last) ?? { at: FILE_START };
  const unfinished = new UnfinishedBars(again ? [] : stored?.unfinished, from.at.bytes);
  const rows = from.at.bytes === 0 ? survey : rowsOfEarlierRun(survey, stored!, reading.survey.latest);
  const left = file.size - from.at.bytes;
  if (rows.layout?.order === 'unordered' && file.packing === 'plain' && left > MOST_SORTED)
    throw tooLargeToSort(file.name);
  const blocks = readBlocks(survey.kind, readBytes(file, from.at.bytes), from.at);
  yield* toChunks(inTimeOrder(blocks, from.at, file.name, rows, reading.survey.latest), {
    reader: readerFor(rows, from.at.bytes === 0, origin, reading, unfinished),
    origin,
    signal,
    from,
    unfinished,
    longest: longestRow(survey.kind),
    positionAt: ({ at, before, tail }) => {
      const head = fingerprint(file.head, before?.bytes ?? at.bytes);
      const { layout, names } = rows;
      const position: FilePosition = {
        ...at,
        head,
        tail,
        before,
        unfinished: unfinished.rows,
        pair: pairOf(reading),
        layout: layout?.stored,
        names,
      };
      return { name, value: JSON.stringify(position) };
    },
  });
}

/** How an earlier run read the rows, so that the rest is read the same way. */
function rowsOfEarlierRun(survey: Survey, { layout, names }: FilePosition, latest: Millis): RowReading {
  if (layout === undefined) return survey;
  const restored: PriceLayout = restoreLayout(layout, latest);
  return { kind: survey.kind, layout: restored, names: names ?? survey.names };
}

async function* readWhole(
  file: OpenedFile,
  survey: Survey,
  origin: Origin,
  reading: Reading,
  name: string,
  stored: FilePosition | undefined,
): AsyncGenerator<Chunk> {
  const { context, again, fromStart } = reading;
  const { size, sum, lines } = await identifyFile(file.path).catch((cause: unknown) => {
    throw readError(file.name, cause);
  });
  const isSame = stored?.whole === true && stored.bytes === size && stored.sum === sum;
  if (isSame && !again) {
    refuseOtherPair(file.name, stored, pairOf(reading));
    if (stored.unfinished !== undefined && !fromStart)
      context.info(
        `--file ${file.name} has not changed since it was read last: bars that were not over then (${stored.unfinished.length}) are left out until it does; --again reads them as they are`,
      );
    if (!fromStart) return;
  }
  if (stored !== undefined && !isSame)
    context.info(
      `--file ${file.name} has changed: it is read again as a whole; rows that it held before are repeats`,
    );
  const unfinished = new UnfinishedBars(again ? [] : stored?.unfinished);
  yield* readAll(file, survey, origin, reading, unfinished);
  if (context.signal.aborted) return;
  const head = fingerprint(file.head);
  const position: FilePosition = {
    bytes: size,
    sum,
    lines,
    head,
    whole: true,
    unfinished: unfinished.rows,
    pair: pairOf(reading),
  };
  yield { records: [], position: { name, value: JSON.stringify(position) } };
}

/** All rows of a file in the order of their times, without a position. */
export async function* readAll(
  file: OpenedFile,
  survey: Survey,
  origin: Origin,
  reading: Reading,
  unfinished = new UnfinishedBars(),
): AsyncGenerator<Chunk> {
  const { signal } = reading.context;
  const isBackwards = survey.layout?.order === 'newest first';
  const blocks = isBackwards
    ? blocksBackwards(file, survey.kind, survey.dataStart, signal)
    : inTimeOrder(allBlocks(file, survey.kind), FILE_START, file.name, survey, reading.survey.latest);
  yield* toChunks(blocks, {
    reader: readerFor(survey, !isBackwards, origin, reading, unfinished),
    origin,
    signal,
    from: { at: FILE_START },
    unfinished,
    longest: longestRow(survey.kind),
  });
}
