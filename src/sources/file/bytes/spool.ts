import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes bytes to a temporary file, for what cannot be read from its end otherwise. `remove` deletes it. */
export async function spool(bytes: AsyncIterable<Buffer>, signal: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), 'cryptopipe-'));
  const path = join(folder, 'rows');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await pipeline(Readable.from(bytes), createWriteStream(path), { signal });
    return { path, remove };
  } catch (cause) {
    await remove();
    throw cause;
  }
}
