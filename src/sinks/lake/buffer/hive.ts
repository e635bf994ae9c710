/** Folder name for null; readers of Hive layouts know it. */
const NULL_FOLDER = '__HIVE_DEFAULT_PARTITION__';

/** Longest file name of common file systems, in bytes. */
const MAX_NAME = 255;

/**
 * Escapes what Hive and Spark escape in folder names, and everything that a URL would: Polars asks a bucket for wrong keys
 * when names contain spaces or non-ASCII letters.
 */
const escapeName = (text: string): string =>
  encodeURIComponent(text).replace(/['*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** `coin=btc/date=2026-03-02`; undefined when a value is too long for a folder's name. */
export function hivePath(names: readonly string[], values: readonly (string | null)[]): string | undefined {
  const folders = names.map((name, i) => {
    const value = values[i];
    return `${escapeName(name)}=${value == null ? NULL_FOLDER : escapeName(value)}`;
  });
  return folders.every((folder) => Buffer.byteLength(folder) <= MAX_NAME) ? folders.join('/') : undefined;
}

/** The partition values in a path, by name; null for the folder of nulls. */
export function hiveValues(path: string): Readonly<Record<string, string | null>> {
  const folders = path.split('/').slice(0, -1);
  return Object.fromEntries(
    folders.flatMap((folder) => {
      const [name = '', value] = folder.split('=').map(unescapeName);
      return value === undefined ? [] : [[name, value === NULL_FOLDER ? null : value]];
    }),
  );
}

/** Other writers may not escape names at all. */
function unescapeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
