import { access, constants, mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, folderError } from './folder-problem.ts';
import { unfinishedName } from './unfinished.ts';

/** A new name in a folder survives a power cut once the folder itself is synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Makes a folder and those above it, each synced; does nothing when it is there. Node's own recursive mkdir hides the
 * reason (a read-only or full disk is ENOENT there) and tries for ever below /proc. Throws the system's error.
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
    // Some systems answer EROFS or EACCES for a folder that is there.
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

/** Makes a folder unless it is there. Throws Problem for one that cannot be made or written to. */
export async function requireFolder(path: string): Promise<void> {
  try {
    await makeFolder(path);
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw folderError(error, path);
  }
}

/** Writes a file, synced, under a hidden name in `root`; `publish` then gives it its name, `path`. Throws Problem. */
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
