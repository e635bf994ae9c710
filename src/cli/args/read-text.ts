import { formatOneLine, UserError } from '../../core/errors.ts';
import { fileReadError, LARGEST_MODEL } from '../../core/text/file-read-error.ts';
import { localPath } from '../../core/text/local-path.ts';
import type { ProcessorFile } from '../../processors/processor.ts';
import { readSettingsFile } from '../../sources/shared/settings-file.ts';
import type { Complaint } from './command.ts';

function pathOf(flag: string, text: string): string {
  try {
    return localPath(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError('usage', `${flag}: ${error.message}`, 'Name a local file.');
  }
}

/** The text of a file named by `flag`, a flag or an environment variable. Throws UserError; see readSettingsFile. */
export function readTextFile(flag: string, named: string, largest?: number): string {
  const path = pathOf(flag, named);
  try {
    return readSettingsFile(path, largest);
  } catch (cause) {
    throw fileReadError(`${flag} ${path}`, cause);
  }
}

/** The texts of files that settings name, by flag. Throws UserError. */
export const readNamedFiles = (files: readonly ProcessorFile[]): ReadonlyMap<string, string> =>
  new Map(files.map(({ flag, path }) => [flag, readTextFile(flag, path, LARGEST_MODEL)]));

/** What is wrong with files that settings name: those that cannot be read, or are not what the flag takes. */
export function namedFileComplaints(files: readonly ProcessorFile[]): Complaint[] {
  return files.flatMap((file) => {
    try {
      file.check(readNamedFiles([file]).get(file.flag)!);
      return [];
    } catch (error) {
      if (error instanceof UserError) return [{ about: file.flag, text: formatOneLine(error) }];
      if (!(error instanceof RangeError)) throw error;
      return [{ about: file.flag, text: `${file.flag} ${file.path}: ${error.message}` }];
    }
  });
}
