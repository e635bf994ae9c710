import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { UserError } from '../../../core/errors.ts';

/*
 * A zip ends in a directory of its entries (APPNOTE 4.3). It is read rather than the entries' own headers, because it says
 * how many there are before any is unpacked.
 */
const END_MAGIC = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const ENTRY_MAGIC = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const END64_MAGIC = 0x06064b50;
const LOCATOR_BYTES = 20;
const NONE32 = 0xffffffff;
const EXTRA64 = 1;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;
/** A directory that is longer is of some 100,000 files. */
const LONGEST_DIRECTORY = 32 * 2 ** 20;

/** A file inside a zip. */
interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly sum: number;
  readonly packedBytes: number;
  readonly start: number;
}

const damaged = (file: string, why: string) =>
  new UserError(
    'damaged',
    `--file ${file}: its zip archive is broken (${why})`,
    'Get the whole file and run again.',
  );

type Reading = (at: number, length: number) => Promise<Buffer>;

async function withReading<T>(path: string, use: (read: Reading, size: number) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r');
  try {
    const read: Reading = async (at, length) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    return await use(read, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

/** Where the directory is; a zip of 4 GB or more has a second end record with 64-bit numbers. */
async function findDirectory(
  file: string,
  read: Reading,
  size: number,
): Promise<{ at: number; bytes: number }> {
  const tailStart = Math.max(0, size - END_BYTES - LONGEST_COMMENT);
  const tail = await read(tailStart, size - tailStart);
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END_MAGIC) end--;
  if (end < 0) throw damaged(file, 'its end is missing');
  const [bytes, at] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (at !== NONE32 && bytes !== NONE32) return { at, bytes };
  const locator = await read(tailStart + end - LOCATOR_BYTES, LOCATOR_BYTES);
  const end64 = await read(Number(locator.readBigUInt64LE(8)), 56);
  if (end64.length < 56 || end64.readUInt32LE(0) !== END64_MAGIC) throw damaged(file, 'its end is missing');
  return { bytes: Number(end64.readBigUInt64LE(40)), at: Number(end64.readBigUInt64LE(48)) };
}

/** The 64-bit numbers of an entry, in the order in which its 32-bit ones are full. */
function wideNumbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== EXTRA64) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    return Array.from({ length: Math.floor(field.length / 8) }, (_, i) =>
      Number(field.readBigUInt64LE(8 * i)),
    );
  }
  return [];
}

function entriesOf(file: string, directory: Buffer): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.length; ) {
    if (directory.readUInt32LE(at) !== ENTRY_MAGIC) throw damaged(file, 'its directory');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) =>
      directory.readUInt16LE(at + field),
    ) as [number, number, number];
    const nameEnd = at + ENTRY_BYTES + nameBytes;
    const wide = wideNumbers(directory.subarray(nameEnd, nameEnd + extraBytes));
    const full = (field: number): number => {
      const value = directory.readUInt32LE(at + field);
      return value === NONE32 ? (wide.shift() ?? value) : value;
    };
    full(24);
    entries.push({
      name: directory.toString('utf8', at + ENTRY_BYTES, nameEnd),
      isEncrypted: (directory.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
      method: directory.readUInt16LE(at + 10),
      sum: directory.readUInt32LE(at + 16),
      packedBytes: full(20),
      start: full(42),
    });
    at = nameEnd + extraBytes + commentBytes;
  }
  return entries;
}

/** Entries that are no data: folders, macOS's shadows, notes and checksums. */
const BESIDE =
  /\/$|^__MACOSX\/|(?:^|\/)\.|(?:^|\/)(?:readme|license|licence|changelog)\b[^/]*$|\.(?:md|sha256|md5|checksum|pdf)$/i;

/** The one file with data in a zip. Throws UserError: `usage` where there are several or none, or it is encrypted. */
async function findEntry(file: string, read: Reading, size: number): Promise<ZipEntry> {
  const { at, bytes } = await findDirectory(file, read, size);
  const entries = entriesOf(file, await read(at, Math.min(bytes, LONGEST_DIRECTORY)));
  if (entries.some(({ name }) => name === '[Content_Types].xml'))
    throw new UserError(
      'usage',
      `--file ${file} is an Excel workbook`,
      `Write it as CSV: libreoffice --headless --convert-to csv ${file}.`,
    );
  const data = entries.filter(({ name }) => !BESIDE.test(name));
  const [entry] = data;
  if (entry === undefined)
    throw new UserError('usage', `--file ${file}: the zip holds no file`, 'Name another file.');
  if (data.length > 1) {
    const names = data.slice(0, 5).map(({ name }) => name);
    throw new UserError(
      'usage',
      `--file ${file}: the zip holds ${data.length} files (${names.join(', ')}${data.length > 5 ? ', ...' : ''})`,
      `Unpack it and name those you want: unzip ${file} -d data, then --file 'data/*'.`,
    );
  }
  if (entry.isEncrypted)
    throw new UserError('usage', `--file ${file}: the zip is encrypted`, `Unpack it: unzip ${file}.`);
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new UserError(
      'usage',
      `--file ${file}: the zip is compressed by method ${entry.method}, which is not read`,
      `Unpack it: unzip -p ${file} | cryptopipe ... --file -.`,
    );
  return entry;
}

/** The text of the one file in a zip. Throws UserError. */
export async function* unzipped(file: string, path: string, readBytes: number): AsyncGenerator<Buffer> {
  const { entry, start } = await withReading(path, async (read, size) => {
    const entry = await findEntry(file, read, size);
    const local = await read(entry.start, LOCAL_BYTES);
    if (local.length < LOCAL_BYTES) throw damaged(file, 'it is cut short');
    return { entry, start: entry.start + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28) };
  });
  if (entry.packedBytes === 0) return;
  const raw = createReadStream(path, { start, end: start + entry.packedBytes - 1, highWaterMark: readBytes });
  const bytes = entry.method === STORED ? raw : raw.pipe(createInflateRaw({ chunkSize: readBytes }));
  // A pipe does not hand on the errors of what it reads from.
  if (bytes !== raw) raw.on('error', (error) => bytes.destroy(error));
  let sum = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw code.startsWith('Z') ? damaged(file, message) : cause;
  } finally {
    raw.destroy();
    bytes.destroy();
  }
  if (sum !== entry.sum) throw damaged(file, 'its checksum does not fit');
}
