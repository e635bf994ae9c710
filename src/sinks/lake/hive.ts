/** Folder of rows whose folder column is null; every reader of Hive layouts knows it. */
const NULL_FOLDER = '__HIVE_DEFAULT_PARTITION__';

/** What Hive and Spark escape in folder names (ExternalCatalogUtils.escapePathName), and NUL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped.
const ESCAPED = /[\u0000-\u001f"#%'*/:=?\\\u007f{}[\]^]/g;

/** Longest file name of common file systems, in bytes. */
const LONGEST_NAME = 255;

const escapeName = (text: string): string =>
  text.replace(ESCAPED, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

/** `coin=btc/date=2026-03-02`; undefined when a value is too long for a folder's name. */
export function hivePath(names: readonly string[], values: readonly (string | null)[]): string | undefined {
  const folders = names.map((name, i) => {
    const value = values[i];
    return `${escapeName(name)}=${value == null ? NULL_FOLDER : escapeName(value)}`;
  });
  return folders.every((folder) => Buffer.byteLength(folder) <= LONGEST_NAME) ? folders.join('/') : undefined;
}
