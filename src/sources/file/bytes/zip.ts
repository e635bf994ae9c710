import { createReadStream } from 'node:fs';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { UserError } from '../../../core/errors.ts';

const STORED = 0;
const DEFLATED = 8;

const damaged = (file: string, why: string) =>
  new UserError(
    'damaged',
    `--file ${file}: its zip archive is broken (${why})`,
    'Get the whole file and run again.',
  );

/** A failed read of a zip; what the operating system says stays as it is. */
const zipError = (file: string, cause: unknown): unknown =>
  cause instanceof UserError || (cause as NodeJS.ErrnoException).syscall !== undefined
    ? cause
    : damaged(file, (cause as Error).message);

/** Entries that are no data: folders, macOS's shadows, notes and checksums. */
const BESIDE =
  /\/$|^__MACOSX\/|(?:^|\/)\.|(?:^|\/)(?:readme|license|licence|changelog)\b[^/]*$|\.(?:md|sha256|md5|checksum|pdf)$/i;

const nameOf = ({ fileNameRaw }: Entry): string => fileNameRaw.toString('utf8');

/** The one file with data in a zip. Throws UserError: `usage` where there are several or none, or it is encrypted. */
async function findEntry(file: string, archive: ZipFile): Promise<Entry> {
  const data: Entry[] = [];
  for await (const entry of archive.eachEntry()) {
    const name = nameOf(entry);
    if (!BESIDE.test(name)) data.push(entry);
    if (name !== '[Content_Types].xml') continue;
    throw new UserError(
      'usage',
      `--file ${file} is an Excel workbook`,
      `Write it as CSV: libreoffice --headless --convert-to csv ${file}.`,
    );
  }
  const [entry] = data;
  if (entry === undefined)
    throw new UserError('usage', `--file ${file}: the zip holds no file`, 'Name another file.');
  if (data.length > 1) {
    const names = data.slice(0, 5).map(nameOf);
    throw new UserError(
      'usage',
      `--file ${file}: the zip holds ${data.length} files (${names.join(', ')}${data.length > 5 ? ', ...' : ''})`,
      `Unpack it and name those you want: unzip ${file} -d data, then --file 'data/*'.`,
    );
  }
  if (entry.isEncrypted())
    throw new UserError('usage', `--file ${file}: the zip is encrypted`, `Unpack it: unzip ${file}.`);
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    throw new UserError(
      'usage',
      `--file ${file}: the zip is compressed by method ${entry.compressionMethod}, which is not supported`,
      `Unpack it: unzip -p ${file} | cryptopipe ... --file -.`,
    );
  return entry;
}

/** Where the data of the one file lies. Throws UserError. */
async function locate(file: string, path: string): Promise<{ entry: Entry; start: number }> {
  // Names are not decoded: yauzl would refuse those that lead out of a folder, and no file is written here.
  const archive = await openPromise(path, { autoClose: false, decodeStrings: false });
  try {
    const entry = await findEntry(file, archive);
    const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
    return { entry, start: fileDataStart };
  } finally {
    archive.close();
  }
}

/** The bytes of an entry, unpacked. yauzl's own stream takes three times as long: its reads are small. */
async function* unpacked(path: string, start: number, entry: Entry, readBytes: number) {
  const end = start + entry.compressedSize - 1;
  if (end < start) return;
  const raw = createReadStream(path, { start, end, highWaterMark: readBytes });
  const bytes =
    entry.compressionMethod === STORED ? raw : raw.pipe(createInflateRaw({ chunkSize: readBytes }));
  // A pipe does not hand on the errors of what it reads from.
  if (bytes !== raw) raw.on('error', (error) => bytes.destroy(error));
  try {
    yield* bytes as AsyncIterable<Buffer>;
  } finally {
    raw.destroy();
  }
}

/** The text of the one file in a zip. Throws UserError. */
export async function* unzipped(file: string, path: string, readBytes: number): AsyncGenerator<Buffer> {
  try {
    const { entry, start } = await locate(file, path);
    let sum = 0;
    for await (const chunk of unpacked(path, start, entry, readBytes)) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
    if (sum !== entry.crc32) throw damaged(file, 'its checksum does not fit');
  } catch (cause) {
    throw zipError(file, cause);
  }
}
