import { UserError } from '../../../core/errors.ts';

/** What is around the rows of a file. */
export type Packing = 'plain' | 'gzip' | 'zip' | 'zstd';

interface Magic {
  readonly bytes: readonly number[];
  readonly at?: number;
}

const text = (letters: string, at = 0): Magic => ({
  bytes: [...letters].map((letter) => letter.charCodeAt(0)),
  at,
});
const isAt = (head: Uint8Array, { bytes, at = 0 }: Magic): boolean =>
  bytes.every((byte, index) => head[at + index] === byte);

const PACKINGS: readonly (readonly [Packing, Magic])[] = [
  ['gzip', { bytes: [0x1f, 0x8b] }],
  ['zip', text('PK\x03\x04')],
  ['zstd', { bytes: [0x28, 0xb5, 0x2f, 0xfd] }],
];

/** The packing by the first bytes of a file. */
export const packingOf = (head: Uint8Array): Packing =>
  PACKINGS.find(([, magic]) => isAt(head, magic))?.[0] ?? 'plain';

const shown = (file: string): string =>
  /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
const piped = (command: string): string => `Unpack it: ${command} | cryptopipe ... --file -.`;

/** Formats that are not read: what they are, and the command that helps. */
const REFUSED: readonly (readonly [Magic, string, (file: string) => string])[] = [
  [text('BZh'), 'is compressed with bzip2', (file) => piped(`bzip2 -dc ${file}`)],
  [{ bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] }, 'is compressed with xz', (file) => piped(`xz -dc ${file}`)],
  [{ bytes: [4, 0x22, 0x4d, 0x18] }, 'is compressed with lz4', (file) => piped(`lz4 -dc ${file}`)],
  [{ bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] }, 'is a 7z archive', (file) => piped(`7z x -so ${file}`)],
  [text('Rar!'), 'is a rar archive', (file) => piped(`unrar p -inul ${file}`)],
  [text('ustar', 257), 'is a tar archive', (file) => piped(`tar -xOf ${file}`)],
  [
    text('ARROW1'),
    'is Arrow (Feather)',
    (file) =>
      `Write it as Parquet: python3 -c "import pandas as p; p.read_feather('${file}').to_parquet('out.parquet')".`,
  ],
  [
    text('FEA1'),
    'is Feather',
    (file) =>
      `Write it as Parquet: python3 -c "import pandas as p; p.read_feather('${file}').to_parquet('out.parquet')".`,
  ],
  [
    { bytes: [0xd0, 0xcf, 0x11, 0xe0] },
    'is an Excel workbook',
    (file) => `Write it as CSV: libreoffice --headless --convert-to csv ${file}.`,
  ],
  [
    { bytes: [0x89, 0x48, 0x44, 0x46] },
    'is HDF5',
    (file) => `Write it as CSV: python3 -c "import pandas as p; p.read_hdf('${file}').to_csv('out.csv')".`,
  ],
  [
    text('SQLite format 3'),
    'is an SQLite database',
    (file) => `Write a table of it as CSV: sqlite3 -csv -header ${file} 'select * from TABLE'.`,
  ],
  [{ bytes: [0xff, 0xfe] }, 'is text in UTF-16', (file) => piped(`iconv -f UTF-16 -t UTF-8 ${file}`)],
  [{ bytes: [0xfe, 0xff] }, 'is text in UTF-16', (file) => piped(`iconv -f UTF-16 -t UTF-8 ${file}`)],
];

const HTML = /^\s*(?:<!doctype html|<html)/i;

/** Throws UserError `usage` where the first bytes of a text, decompressed, are of a format that is not read. */
export function refuseUnreadable(file: string, head: Buffer): void {
  const refused = REFUSED.find(([magic]) => isAt(head, magic));
  if (refused !== undefined)
    throw new UserError(
      'usage',
      `--file ${file} ${refused[1]}, which is not supported`,
      refused[2](shown(file)),
    );
  if (HTML.test(head.toString('latin1', 0, 200)))
    throw new UserError(
      'usage',
      `--file ${file} is a web page, no data`,
      'Download the file itself; what came may be a login or an error page.',
    );
  if (isAt(head, text('PAR1'))) return;
  if (head.subarray(0, 8192).includes(0))
    throw new UserError(
      'usage',
      `--file ${file} is a binary file, or text in UTF-16`,
      'Give a CSV, JSON or Parquet; CSV and JSON in UTF-8, plain, gzip, zip or zstd.',
    );
}
