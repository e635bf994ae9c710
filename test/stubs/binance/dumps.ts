import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Exchange, lengthOf } from './exchange.ts';
import type { KlineRow } from './klines.ts';
import { zipOf } from './zip.ts';

const DAY = 86_400_000;
const MICROSECONDS_FROM = Date.UTC(2025, 0, 1);
const PATH =
  /^\/data\/spot\/(monthly|daily)\/klines\/([A-Z]+)\/(\w+)\/\2-\3-(\d{4}-\d{2}(?:-\d{2})?)\.zip(\.CHECKSUM)?$/;

/** Changes a row of a dump; undefined removes it. */
export type ChangeRow = (row: KlineRow) => KlineRow | undefined;

/** The files of history. */
export class DumpsStub {
  /** Names of files that are not there, besides those that are too young. */
  readonly absent = new Set<string>();
  /** No file is there. */
  isAway = false;
  /** Names of files whose checksum is another file's. */
  readonly mismatched = new Set<string>();
  hasHeader = false;
  /** Requests after so many sent files stay unanswered. */
  mostSent = Number.POSITIVE_INFINITY;
  /** Names of the files that were sent, and of the checksums. */
  readonly sent: string[] = [];
  readonly #exchange: Exchange;
  readonly #changes = new Map<string, ChangeRow>();
  readonly #zips = new Map<string, Buffer>();

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Replaces a file by another one. */
  replace(name: string, change: ChangeRow): void {
    this.#changes.set(name, change);
    this.#zips.delete(name);
  }

  answer({ pathname }: URL, response: ServerResponse): void {
    const zip = this.#zip(pathname);
    const name = pathname.split('/').at(-1)!;
    if (zip === undefined) {
      response
        .writeHead(404, { 'content-type': 'application/xml' })
        .end('<Error><Code>NoSuchKey</Code></Error>');
      return;
    }
    if (this.sent.length >= this.mostSent) return;
    this.sent.push(name);
    if (!name.endsWith('.CHECKSUM')) return void response.writeHead(200).end(zip);
    const file = name.slice(0, -'.CHECKSUM'.length);
    const sum = createHash('sha256').update(this.mismatched.has(file) ? 'other' : zip);
    response.writeHead(200).end(`${sum.digest('hex')}  ${file}\n`);
  }

  #zip(path: string): Buffer | undefined {
    const [, kind, symbol = '', interval = '', date = ''] = PATH.exec(path) ?? [];
    const name = `${symbol}-${interval}-${date}.zip`;
    const market = this.#exchange.markets.get(symbol);
    if (market === undefined || this.isAway || this.absent.has(name)) return undefined;
    const from = Date.parse(kind === 'monthly' ? `${date}-01` : date);
    const month = new Date(from);
    const to = kind === 'monthly' ? Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1) : from + DAY;
    // A file is there some hours after its time.
    if (this.#exchange.now() < to + DAY / 4) return undefined;
    let zip = this.#zips.get(name);
    if (zip === undefined) {
      const rows = this.#exchange.klines(market, lengthOf(interval), from, to, Number.POSITIVE_INFINITY);
      if (rows.length === 0) return undefined;
      zip = zipOf(name.replace('.zip', '.csv'), this.#csv(rows, name));
      this.#zips.set(name, zip);
    }
    return zip;
  }

  #csv(rows: readonly KlineRow[], name: string): string {
    const change = this.#changes.get(name) ?? ((row) => row);
    const head = this.hasHeader
      ? 'open_time,open,high,low,close,volume,close_time,quote_volume,count,a,b,ignore\n'
      : '';
    const lines = rows.flatMap((row) => {
      const changed = change(row);
      if (changed === undefined) return [];
      const [start, open, high, low, close, volume, end, ...rest] = changed;
      const isFine = start >= MICROSECONDS_FROM;
      const times = isFine ? [`${start}000`, `${end}999`] : [start, end];
      return [[times[0], open, high, low, close, volume, times[1], ...rest].join(',')];
    });
    return `${head}${lines.join('\n')}\n`;
  }
}
