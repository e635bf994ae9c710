import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Chunk, SourceContext } from '../source.ts';
import { toChunks } from './chunks.ts';
import {
  checkText,
  type Found,
  findFile,
  readBeginning,
  readBytes,
  readProblem,
  readStream,
} from './input.ts';
import { readLines } from './lines.ts';
import { type FilePosition, fingerprint, parsePlace, placeName, type Shape, sameHead } from './position.ts';
import type { LineReader, Origin } from './reader.ts';

/** Builds a reader that begins with what an earlier run learned of the file. */
export type MakeReader = (known: Shape | undefined) => LineReader;

/** A pipe or standard input: read once to its end, without a position. */
export async function* readPipe(
  stream: Readable,
  origin: Origin,
  make: MakeReader,
  context: SourceContext,
): AsyncGenerator<Chunk> {
  const { signal } = context;
  const bytes = checked(origin.file, readStream(stream, signal));
  yield* toChunks(readLines(bytes), {
    reader: make(undefined),
    origin,
    signal,
    from: { bytes: 0, lines: 0, sum: 0 },
  });
}

async function* checked(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    if (first) checkText(file, chunk);
    first = false;
    yield chunk;
  }
}

/** Reads what the file at the absolute `path` holds past the stored position. Throws UserError. */
export async function* readFileOn(
  path: string,
  fromStart: boolean,
  origin: Origin,
  make: MakeReader,
  context: SourceContext,
): AsyncGenerator<Chunk> {
  const found = await findFile(origin.file, path);
  if (!found.regular) return yield* readPipe(createReadStream(path), origin, make, context);
  checkText(origin.file, found.head);
  if (found.head.length === 0) context.warn(`--file ${origin.file} is empty`);

  const { name, stored } = await find(path, origin, context);
  const place = stored === undefined || fromStart ? undefined : parsePlace(stored);
  const from = place && (await goesOn(place, found, path, origin, context.signal));
  if (context.signal.aborted) return;
  const reader = make(from?.shape);
  const head = fingerprint(found.head);
  const bytes = readBytes(path, found.gzip, from?.bytes ?? 0);
  yield* toChunks(readLines(bytes, from?.sum), {
    reader,
    origin,
    signal: context.signal,
    from: { bytes: from?.bytes ?? 0, lines: from?.lines ?? 0, sum: from?.sum ?? 0, tail: from?.tail },
    place: (stand) => ({
      name,
      value: JSON.stringify({ ...stand, head, shape: reader.shape() } satisfies FilePosition),
    }),
  });
}

/**
 * The name of a file's position and what is stored there. A symbolic link shares the position of the file that it leads
 * to; older versions stored one under the link's own name, which counts where the file has none.
 */
async function find(path: string, { file, topic }: Origin, { position }: SourceContext) {
  const real = await realpath(path).catch((cause: unknown) => {
    throw readProblem(file, cause);
  });
  const name = placeName(topic, real);
  return { name, stored: (await position(name)) ?? (await position(placeName(topic, path))) };
}

/**
 * The stored place with the sum of what is before it, if the file still holds what was read; else undefined, with a
 * warning. All bytes before the place are read for that. Throws UserError.
 */
async function goesOn(place: FilePosition, found: Found, path: string, origin: Origin, signal: AbortSignal) {
  const isOther = (why: string): undefined =>
    origin.warn(`--file ${origin.file} ${why}: it is read from the start`) as undefined;
  if (!sameHead(place, found.head)) return isOther('is not the file that was read before');
  try {
    const beginning = await readBeginning(path, found.gzip, place.bytes, signal);
    if (signal.aborted) return undefined;
    if (beginning === undefined) return isOther('is shorter than when it was read before');
    const { sum, endsLine } = beginning;
    if (place.sum === undefined ? endsLine : place.sum === sum) return { ...place, sum };
    return isOther('has changed in what was read before');
  } catch (cause) {
    throw readProblem(origin.file, cause);
  }
}
