import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Chunk, SourceContext } from '../source.ts';
import { toChunks } from './chunks.ts';
import { checkText, type Found, findFile, readBytes, readStream, textSize } from './input.ts';
import { readLines } from './lines.ts';
import { fingerprint, type Place, parsePlace, placeName, type Shape, sameHead } from './place.ts';
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
    from: { bytes: 0, lines: 0 },
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

/** Reads what the file at the absolute `path` holds past the stored position. Throws Problem. */
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

  const name = placeName(origin.topic, path);
  const stored = fromStart ? undefined : await context.position(name);
  const from = stored === undefined ? undefined : await standing(parsePlace(stored), found, path, origin);
  const reader = make(from?.shape);
  const head = fingerprint(found.head);
  const bytes = readBytes(path, found.gzip, from?.bytes ?? 0);
  yield* toChunks(readLines(bytes), {
    reader,
    origin,
    signal: context.signal,
    from: { bytes: from?.bytes ?? 0, lines: from?.lines ?? 0, tail: from?.tail },
    place: (stand) => ({
      name,
      value: JSON.stringify({ ...stand, head, shape: reader.shape() } satisfies Place),
    }),
  });
}

/** The stored place if the file is still the one it was noted for; else undefined, with a warning. */
async function standing(
  place: Place,
  found: Found,
  path: string,
  origin: Origin,
): Promise<Place | undefined> {
  if (!sameHead(place, found.head)) {
    origin.warn(`--file ${origin.file} is not the file that was read before: it is read from the start`);
    return undefined;
  }
  if ((await textSize(path, found)) < place.bytes) {
    origin.warn(`--file ${origin.file} is shorter than when it was read before: it is read from the start`);
    return undefined;
  }
  return place;
}
