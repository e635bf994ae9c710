import { stat } from 'node:fs/promises';
import type { MongoClientOptions } from 'mongodb';
import { fileReadError, LARGEST_SETTINGS } from '../../../core/text/file-read-error.ts';

const NAMES = ['tlsCAFile', 'tlsCRLFile', 'tlsCertificateKeyFile'] as const;

/**
 * The files of certificates that a URL names are read whole by the driver, without a bound: one that is no regular file
 * or larger than 1 MB is refused before. Throws UserError `usage`.
 */
export async function checkTlsFiles(
  options: Pick<MongoClientOptions, (typeof NAMES)[number]>,
): Promise<void> {
  for (const name of NAMES) {
    const path = options[name];
    if (path === undefined) continue;
    try {
      const stats = await stat(path);
      const code = !stats.isFile()
        ? 'NOT_A_REGULAR_FILE'
        : stats.size > LARGEST_SETTINGS
          ? 'LARGER_THAN_1_MB'
          : '';
      if (code !== '') throw Object.assign(new Error(code), { code });
    } catch (cause) {
      throw fileReadError(`the MongoDB URL: ${name}=${path}`, cause);
    }
  }
}
