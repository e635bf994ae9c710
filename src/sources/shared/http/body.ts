import { gunzipSync } from 'node:zlib';
import { InvalidRecord } from '../../../core/stream/record.ts';
import { parseExact } from '../../../core/util/json.ts';
import { HttpError } from './http-error.ts';

/** The largest answer taken, unpacked: 5,000 rows of CoinMarketCap in several currencies are 15 MB. */
const LARGEST_BODY = 32 * 2 ** 20;

const tooLarge = () => new HttpError('too large', `the answer is larger than ${LARGEST_BODY / 2 ** 20} MB`);

/** The bytes of a body. Throws Trouble as soon as they are too many. */
export async function readBody(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of chunks) {
    size += part.length;
    if (size > LARGEST_BODY) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function unpack(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_BODY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new HttpError('network', 'the answer is cut or not packed as it says');
  }
}

/** What a body of JSON holds, exactly (see parseExact); undefined when it is none, or nested too deep. Throws Trouble. */
export function parseBody(bytes: Buffer, encoding: string | undefined): unknown {
  const text = (encoding === 'gzip' ? unpack(bytes) : bytes).toString();
  try {
    return parseExact(text, LARGEST_BODY);
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return undefined;
  }
}
