import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { LARGEST_SETTINGS } from '../../core/text/reading-problem.ts';

const refusal = (code: 'NOT_A_REGULAR_FILE' | 'LARGER_THAN_1_MB'): Error =>
  Object.assign(new Error(code.toLowerCase().replaceAll('_', ' ')), { code });

/** All bytes of an open file. Throws where it has no end in sight: `/proc` says of none how long it is. */
function readAll(file: number): Buffer {
  let held: Buffer = Buffer.alloc(Math.min(fstatSync(file).size, LARGEST_SETTINGS) + 1);
  let size = 0;
  for (;;) {
    const read = readSync(file, held, size, held.length - size, null);
    size += read;
    if (read === 0) return held.subarray(0, size);
    if (size > LARGEST_SETTINGS) throw refusal('LARGER_THAN_1_MB');
    if (size === held.length) held = Buffer.concat([held, Buffer.alloc(64 * 2 ** 10)]);
  }
}

/**
 * The text of a file that holds settings, without the mark that some editors begin it with. A pipe or device is refused
 * unread, for it may have no end. Throws the system's error, or one with code NOT_A_REGULAR_FILE or LARGER_THAN_1_MB:
 * see readingProblem.
 */
export function readSettingsFile(path: string): string {
  const stats = statSync(path);
  if (!stats.isFile() && !stats.isDirectory()) throw refusal('NOT_A_REGULAR_FILE');
  // A pipe that took the file's place meanwhile does not block.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readAll(file)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  } finally {
    closeSync(file);
  }
}
