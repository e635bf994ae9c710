import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import icon from '../browser/icon.svg?asset';
import script from '../browser/main.ts?asset';
import styles from '../browser/page.css?asset';
import page from '../browser/page.html?asset';
import signIn from '../browser/sign-in.html?asset';

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly packed: Promise<Buffer>;
  readonly etag: string;
}

const pack = promisify(gzip);

function asset(type: string, text: string): Asset {
  const body = Buffer.from(text);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { type, body, packed: pack(body), etag };
}

/** The files of the page by path. `/` needs the token if there is one; the others hold nothing of the bus. */
export const pageAssets = (): ReadonlyMap<string, Asset> =>
  new Map([
    ['/', asset('text/html; charset=utf-8', page)],
    ['/sign-in', asset('text/html; charset=utf-8', signIn)],
    ['/page.js', asset('text/javascript; charset=utf-8', script)],
    ['/page.css', asset('text/css; charset=utf-8', styles)],
    ['/icon.svg', asset('image/svg+xml', icon)],
  ]);
