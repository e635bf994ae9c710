import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { packingOf } from '../../../sources/file/bytes/packing.ts';
import type { Kind } from '../../../sources/source.ts';

/** Bytes of a file that tell what it holds. */
const HEAD_BYTES = 64 * 1024;

/** Fields and columns that posts have and prices do not. */
const OF_POSTS =
  /"(?:text|full_text|fullText|rawContent|created_at|createdAt|author_id|retweeted_status|delete)"\s*:/;
const POST_COLUMN = /^"?(?:text|full_text|tweet|tweet_text|rawContent|content)"?$/i;
const PRICE_COLUMN = /^"?(?:open|close|price|last)"?$/i;

/** The first bytes of a file as text, unpacked if it is gzip; empty if it is no file or cannot be read. */
function headOf(path: string): string {
  try {
    if (!statSync(path).isFile()) return '';
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(HEAD_BYTES);
      const head = buffer.subarray(0, readSync(file, buffer, 0, HEAD_BYTES, 0));
      // The head ends somewhere within the compressed data.
      return (
        packingOf(head) === 'gzip' ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head
      ).toString();
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

function holdsPosts(head: string): boolean {
  const start = head.replace(/^\uFEFF/, '').trimStart();
  // `window.YTD.tweets.part0 = [` begins an archive of X.
  if (/^(?:[[{]|window\.)/.test(start)) return OF_POSTS.test(start);
  const columns = start.split(/\r?\n/, 1)[0]!.split(/[,;\t]/);
  return columns.some((name) => POST_COLUMN.test(name)) && !columns.some((name) => PRICE_COLUMN.test(name));
}

/** What each of these files seems to hold; a pattern, a folder or standard input seems to hold prices. */
export const kindsIn = (paths: readonly string[]): ReadonlySet<Kind> =>
  new Set(paths.map((path) => (holdsPosts(headOf(path)) ? 'tweets' : 'prices')));
