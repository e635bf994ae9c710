import { access, constants, mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, folderError } from './folder-error.ts';
import { unfinishedName } from './unfinished.ts';

/** Makes new names in a folder survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Creates a folder and its parents if missing, each synced. Node's recursive mkdir hides the cause (a read-only or full
 * disk becomes ENOENT) and never returns below /proc. Throws the system's error.
 */
async function makeFolder(path: string, isLastTry = false): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' && !isLastTry && dirname(path) !== path) {
      await makeFolder(dirname(path));
      return makeFolder(path, true);
    }
    // Some systems return EROFS or EACCES for an existing folder.
    if (await isFolder(path)) return;
    throw code === 'EEXIST' ? Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR' }) : error;
  }
  await syncFolder(dirname(path));
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Creates a folder if missing. Throws UserError when it cannot be created or written to. */
export async function requireFolder(path: string): Promise<void> {
  try {
    await makeFolder(path);
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw folderError(error, path);
  }
}

/** Writes and syncs a file under a hidden name in `root`; `publish` then renames it to `path`. Throws UserError. */
export async function writeUnfinished(
  root: string,
  path: string,
  chunks: readonly Uint8Array[],
  publish: (unfinished: string) => Promise<void>,
): Promise<void> {
  const unfinished = join(root, unfinishedName());
  try {
    await makeFolder(dirname(path));
    const file = await open(unfinished, 'wx');
    try {
      await file.writeFile(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
      await file.sync();
    } finally {
      await file.close();
    }
    await publish(unfinished);
    await syncFolder(dirname(path));
  } catch (error) {
    await unlink(unfinished).catch(() => {});
    throw folderError(error, path);
  }
}
