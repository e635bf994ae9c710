import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A file by the name that is shown, and its absolute path. */
export interface NamedFile {
  readonly name: string;
  readonly path: string;
}

const PATTERN = /[*?]/;
/** Files that a folder is read for. */
const KNOWN = /\.(?:csv|tsv|psv|txt|json|jsonl|ndjson|js|parquet)(?:\.(?:gz|zip|zst))?$|\.(?:gz|zip|zst)$/i;
const byName = new Intl.Collator('en', { numeric: true });

const matcher = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

async function names(folder: string): Promise<string[]> {
  const found = await readdir(folder === '' ? '.' : folder).catch(() => []);
  return found.filter((name) => !name.startsWith('.')).toSorted(byName.compare);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The paths that match a pattern with `*` and `?`, which do not match a `/`. */
async function matching(pattern: string): Promise<string[]> {
  let paths = [pattern.startsWith('/') ? '/' : ''];
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    const next: string[] = [];
    for (const path of paths) {
      if (!PATTERN.test(part)) next.push(join(path, part));
      else {
        const fits = matcher(part);
        for (const name of await names(path)) if (fits.test(name)) next.push(join(path, name));
      }
    }
    paths = next;
  }
  const found: string[] = [];
  for (const path of paths) if ((await exists(path)) && !(await isFolder(path))) found.push(path);
  return found;
}

/** The files that one `--file` names: a file, those of a folder, or those that match a pattern. A problem where there are none. */
async function expand(given: string): Promise<{ found: readonly string[] } | { problem: string }> {
  if (given === '-') return { found: [given] };
  if (await isFolder(given)) {
    const found = (await names(given)).filter((name) => KNOWN.test(name)).map((name) => join(given, name));
    return found.length > 0
      ? { found }
      : {
          problem: `--file ${given}: it is a folder without files to read (csv, json, jsonl, parquet, gz, zip, zst)`,
        };
  }
  if (!PATTERN.test(given) || (await exists(given))) return { found: [given] };
  const found = await matching(given);
  return found.length > 0 ? { found } : { problem: `--file ${given}: no file matches this pattern` };
}

/** All files that were named, each once. */
export async function expandFiles(
  given: readonly string[],
): Promise<{ files: NamedFile[]; problems: string[] }> {
  const files: NamedFile[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const one of given) {
    const expanded = await expand(one);
    if ('problem' in expanded) {
      problems.push(expanded.problem);
      continue;
    }
    for (const name of expanded.found) {
      const path = name === '-' ? name : resolve(name);
      const real = await realpath(path).catch(() => path);
      if (seen.has(real)) continue;
      seen.add(real);
      files.push({ name, path });
    }
  }
  return { files, problems };
}
