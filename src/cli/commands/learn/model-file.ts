import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { UserError } from '../../../core/errors.ts';
import { LARGEST_MODEL } from '../../../core/text/file-read-error.ts';
import { groupDigits } from '../../../core/text/numbers.ts';
import { MOST_PICKS, type Pick, type RelevanceModel } from '../../../market/relevance/model.ts';
import { formatModel, parseModel } from '../../../market/relevance/model-text.ts';
import { readTextFile } from '../../args/read-text.ts';

/** The picks of the model in a file; none if there is no file. Throws UserError `usage`. `flag`: how the user named it. */
export function storedPicks(flag: string, file: string): readonly Pick[] {
  if (!existsSync(file)) return [];
  try {
    return parseModel(readTextFile(flag, file, LARGEST_MODEL)).picks;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(
      'usage',
      `${flag} ${file}: ${error.message}`,
      "Name a model of 'cryptopipe learn', or a new file.",
    );
  }
}

/** Opens the file that becomes the model; while it is there, no other process changes the model. */
function openNext(flag: string, next: string): number {
  try {
    return openSync(next, 'wx');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new UserError(
        'locked',
        `${next} exists: another run is changing the model`,
        'Wait until it has ended; if none runs, delete that file.',
      );
    throw new UserError(
      'usage',
      `${flag}: ${message}`,
      'Name a file in a folder that you can write to.',
      false,
      { cause },
    );
  }
}

/**
 * Replaces the model in a file by the one that `learn` makes of its picks, in one step. Throws UserError; the file then stays
 * as it was.
 */
export function changeModel(
  file: string,
  learn: (picks: readonly Pick[]) => RelevanceModel,
  flag = '--model',
): { readonly model: RelevanceModel; readonly before: number } {
  const next = `${file}.new`;
  const handle = openNext(flag, next);
  try {
    const picks = storedPicks(flag, file);
    const model = learn(picks);
    if (model.picks.length > MOST_PICKS)
      throw new UserError(
        'usage',
        `${flag} ${file}: a model holds ${groupDigits(MOST_PICKS)} picks at most`,
        `Begin another model with ${flag}.`,
      );
    writeFileSync(handle, formatModel(model));
    fsyncSync(handle);
    renameSync(next, file);
    return { model, before: picks.length };
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}
