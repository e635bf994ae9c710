import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { LARGEST_SETTINGS } from '../../core/text/file-read-error.ts';

const refusal = (code: string): Error =>
  Object.assign(new Error(code.toLowerCase().replaceAll('_', ' ')), { code });

/** All bytes of an open file, up to the largest size. Does not trust the file size, which is 0 in `/proc`. */
function readAll(file: number, largest: number): Buffer {
  let buffer: Buffer = Buffer.alloc(Math.min(fstatSync(file).size, largest) + 1);
  let size = 0;
  for (;;) {
    const read = readSync(file, buffer, size, buffer.length - size, null);
    size += read;
    if (read === 0) return buffer.subarray(0, size);
    if (size > largest) throw refusal(`LARGER_THAN_${largest / 2 ** 20}_MB`);
    if (size === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(64 * 2 ** 10)]);
  }
}

/**
 * The text of a file of at most `largest` bytes, without a byte order mark. Refuses pipes and devices unread, because they may never end.
 * Throws the system's error, or one with code NOT_A_REGULAR_FILE or LARGER_THAN_..._MB: see fileReadError.
 */
export function readSettingsFile(path: string, largest = LARGEST_SETTINGS): string {
  const stats = statSync(path);
  if (!stats.isFile() && !stats.isDirectory()) throw refusal('NOT_A_REGULAR_FILE');
  // Non-blocking, in case a pipe has replaced the file since the check.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readAll(file, largest)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  } finally {
    closeSync(file);
  }
}
