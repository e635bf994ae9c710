import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { LARGEST_SETTINGS } from '../../core/text/file-read-error.ts';

const refusal = (code: 'NOT_A_REGULAR_FILE' | 'LARGER_THAN_1_MB'): Error =>
  Object.assign(new Error(code.toLowerCase().replaceAll('_', ' ')), { code });

/** All bytes of an open file, up to the limit. Does not trust the file size, which is 0 in `/proc`. */
function readAll(file: number): Buffer {
  let buffer: Buffer = Buffer.alloc(Math.min(fstatSync(file).size, LARGEST_SETTINGS) + 1);
  let size = 0;
  for (;;) {
    const read = readSync(file, buffer, size, buffer.length - size, null);
    size += read;
    if (read === 0) return buffer.subarray(0, size);
    if (size > LARGEST_SETTINGS) throw refusal('LARGER_THAN_1_MB');
    if (size === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(64 * 2 ** 10)]);
  }
}

/**
 * The text of a settings file, without a byte order mark. Refuses pipes and devices unread, because they may never end.
 * Throws the system's error, or one with code NOT_A_REGULAR_FILE or LARGER_THAN_1_MB: see fileReadError.
 */
export function readSettingsFile(path: string): string {
  const stats = statSync(path);
  if (!stats.isFile() && !stats.isDirectory()) throw refusal('NOT_A_REGULAR_FILE');
  // Non-blocking, in case a pipe has replaced the file since the check.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readAll(file)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  } finally {
    closeSync(file);
  }
}
