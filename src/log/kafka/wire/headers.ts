import { type Headers, NO_HEADERS } from '../../../core/stream/record.ts';
import type { RecordCursor } from './record-cursor.ts';
import { maxTextSize, putText, putVarint } from './record-writer.ts';

/** Neighbouring records share their headers, or alternate between a few sets. */
const KEPT = 4;

/** A cached set of headers. */
interface Known {
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** Frozen once shared by several records. Freezing costs more than decoding, so headers used once are not frozen. */
  shared: boolean;
}

/** A small cache; a new entry replaces the one after the last hit. */
class Recent {
  readonly #known: Known[] = [];
  #last = KEPT - 1;

  find(is: (known: Known) => boolean): Known | undefined {
    const last = this.#known[this.#last];
    if (last !== undefined && is(last)) return last;
    const at = this.#known.findIndex(is);
    if (at < 0) return undefined;
    this.#last = at;
    return this.#known[at];
  }

  add(known: Known): Known {
    this.#last = (this.#last + 1) % KEPT;
    this.#known[this.#last] = known;
    return known;
  }
}

const written = new Recent();
const read = new Recent();

const NONE = Buffer.of(0);

/** Encodes the headers. Caches the bytes per object, so the object must not change. */
export function headerBytes(headers: Headers): Buffer {
  if (headers === NO_HEADERS) return NONE;
  const known = written.find((one) => one.headers === headers);
  if (known !== undefined) return known.bytes;
  const names = Object.keys(headers);
  const most = names.reduce((sum, name) => sum + maxTextSize(name) + maxTextSize(headers[name]!), 5);
  const bytes = Buffer.allocUnsafe(most);
  let at = putVarint(bytes, names.length, 0);
  for (const name of names) at = putText(bytes, headers[name]!, putText(bytes, name, at));
  return written.add({ headers, bytes: bytes.subarray(0, at), shared: true }).bytes;
}

/** Compares from the end, where the varying part (a time or a number) tends to be. */
function endsWith(bytes: Buffer, end: number, what: Buffer): boolean {
  for (let i = what.length - 1, at = end - 1; i >= 0; i--, at--) if (bytes[at] !== what[i]) return false;
  return true;
}

/**
 * Decodes the headers from the cursor to `end`; usually returns the same object for the same bytes. The last value of a
 * repeated name wins; a null value becomes ''.
 */
export function readHeaders(cursor: RecordCursor, end: number): Headers {
  const { bytes, at } = cursor;
  if (bytes[at] === 0) {
    cursor.at++;
    return NO_HEADERS;
  }
  const known = read.find((one) => one.bytes.length === end - at && endsWith(bytes, end, one.bytes));
  if (known !== undefined) {
    cursor.at = end;
    if (!known.shared) Object.freeze(known.headers);
    known.shared = true;
    return known.headers;
  }
  const count = cursor.varint();
  if (count > end - at) throw new RangeError(`${count} headers in ${end - at} bytes`);
  const headers: Record<string, string> = {};
  for (let i = 0; i < count; i++) {
    const name = cursor.text() ?? '';
    const value = cursor.text() ?? '';
    if (name === '__proto__')
      Object.defineProperty(headers, name, { value, enumerable: true, configurable: true });
    else headers[name] = value;
  }
  return read.add({ headers, bytes: Buffer.from(bytes.subarray(at, end)), shared: false }).headers;
}
