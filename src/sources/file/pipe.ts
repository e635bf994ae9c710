import type { Readable } from 'node:stream';
import { UserError } from '../../core/errors.ts';
import type { Chunk } from '../source.ts';
import { HEAD_BYTES, readStream } from './bytes/input.ts';
import { packingOf, refuseUnreadable } from './bytes/packing.ts';
import { spool } from './bytes/spool.ts';
import { toChunks } from './chunks.ts';
import { readAll } from './read.ts';
import { logLayout, originOf, type Reading, readerFor } from './reading.ts';
import { Replay } from './replay.ts';
import { FILE_START } from './rows/block.ts';
import { longestRow, readBlocks } from './rows/blocks.ts';
import { type FileKind, fileKindOf } from './rows/kind.ts';
import { surveyBlocks, surveyFile } from './survey.ts';

/** The error for rows that cannot be read as they are. */
export const undecided = (problems: readonly string[]): UserError =>
  new UserError('usage', problems.join('\n'), 'Nothing was written. Give what is asked for.');

/** Takes bytes until they tell their kind. */
async function kindOfPipe(
  bytes: Replay,
  name: string,
  delimiter: string | undefined,
): Promise<FileKind | 'zip'> {
  for (;;) {
    const isMore = await bytes.more();
    const { head } = bytes;
    if (packingOf(head) === 'zip') return 'zip';
    refuseUnreadable(name, head);
    const isEnough = !isMore || head.length >= HEAD_BYTES;
    const kind = fileKindOf(head, isEnough, delimiter);
    if (kind !== undefined) return kind;
  }
}

type Undecidable = { readonly problems: readonly string[] };

/** What was found out. Throws UserError where the rows cannot be read as they are. */
function decided<T extends object>(found: T | Undecidable): Exclude<T, Undecidable> {
  if ('problems' in found) throw undecided(found.problems as readonly string[]);
  return found as Exclude<T, Undecidable>;
}

/** A pipe that is read through a temporary file: its rows are needed in another order, or its format has an index. */
async function* readSpooled(bytes: Replay, name: string, reading: Reading): AsyncGenerator<Chunk> {
  const { path, remove } = await spool(bytes.all(), reading.context.signal);
  try {
    const { file, survey } = decided(await surveyFile({ name, path }, reading.survey));
    if (survey === undefined) throw new Error(`the temporary file of ${name} is no regular file`);
    const origin = originOf(name, survey, reading);
    logLayout(origin, survey);
    yield* readAll(file, survey, origin, reading);
  } finally {
    await remove();
  }
}

/** Reads a pipe or standard input once to its end, without a position. Throws UserError. */
export async function* readPipe(name: string, stream: Readable, reading: Reading): AsyncGenerator<Chunk> {
  const { signal } = reading.context;
  const bytes = new Replay(readStream(stream, signal));
  const kind = await kindOfPipe(bytes, name, reading.survey.delimiter);
  if (kind === 'zip' || kind.kind === 'parquet') return yield* readSpooled(bytes, name, reading);
  const { survey } = decided(
    await surveyBlocks(name, kind, (one) => readBlocks(one, bytes.preview(), FILE_START), reading.survey),
  );
  if (survey.isEmpty) return;
  if (survey.layout?.order === 'newest first' || survey.layout?.order === 'unordered')
    return yield* readSpooled(bytes, name, reading);
  const origin = originOf(name, survey, reading);
  logLayout(origin, survey);
  yield* toChunks(readBlocks(survey.kind, bytes.all(), FILE_START), {
    reader: readerFor(survey, true, origin, reading),
    origin,
    signal,
    from: { at: FILE_START },
    longest: longestRow(survey.kind),
  });
}
