import { gunzipSync } from 'node:zlib';
import { InvalidRecord } from '../../../core/stream/record.ts';
import { parseExact } from '../../../core/util/json.ts';
import { HttpError } from './http-error.ts';

/** The largest response accepted, uncompressed: 5,000 CoinMarketCap rows in several currencies are 15 MB. */
const LARGEST_BODY = 32 * 2 ** 20;

const tooLarge = () => new HttpError('too large', `the response is larger than ${LARGEST_BODY / 2 ** 20} MB`);

/** The bytes of a body. Throws HttpError as soon as it grows too large. */
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
    throw new HttpError('network', 'the response is truncated or not valid gzip');
  }
}

/** Parses a JSON body exactly (see parseExact); undefined when it is not JSON or nested too deeply. Throws HttpError. */
export function parseBody(bytes: Buffer, encoding: string | undefined): unknown {
  const text = (encoding === 'gzip' ? unpack(bytes) : bytes).toString();
  try {
    return parseExact(text, LARGEST_BODY);
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return undefined;
  }
}
