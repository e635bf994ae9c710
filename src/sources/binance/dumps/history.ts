import type { NewRecord } from '../../../core/stream/record.ts';
import { counted } from '../../../core/text/numbers.ts';
import { DAY, formatTime, type Millis } from '../../../core/util/time.ts';
import { rejectLine } from '../../shared/rejects.ts';
import type { Chunk } from '../../source.ts';
import { type BinanceRun, barOrReject, fillByRest } from '../bars/fill.ts';
import type { BarSeries } from '../bars/progress.ts';
import { isWithin, type TimeSpan } from '../bars/spans.ts';
import { DayHasher, differingDays, hashDays } from './day-hashes.ts';
import { type DumpFile, dumpMonths } from './dump-files.ts';
import type { Download, DumpHost } from './dump-host.ts';
import { dumpBlocks, dumpLines, timeOf } from './dump-lines.ts';
import type { StoredDump, StoredDumps } from './stored-dumps.ts';

const CHUNK_RECORDS = 5000;
/** Downloads of a file whose checksum does not fit. */
const MOST_DOWNLOADS = 3;
/** Time between comparisons of the checksums of dumps that were read. */
const CHECK_EVERY_MS: Millis = DAY;

/** A source of the bars of one market that are older than today. */
export class DumpHistory {
  readonly #series: BarSeries;
  readonly #host: DumpHost;
  readonly #stored: StoredDumps;
  readonly #run: BinanceRun;

  constructor(series: BarSeries, host: DumpHost, stored: StoredDumps, run: BinanceRun) {
    this.#series = series;
    this.#host = host;
    this.#stored = stored;
    this.#run = run;
  }

  #months([from, to]: TimeSpan) {
    const { market, interval } = this.#series;
    return dumpMonths(market.symbol, interval, [from, to], this.#run.context.now());
  }

  /** Writes the bars of a span from months' and days' files, as far as there are files. Returns the time where it ended. */
  async *read([from, to]: TimeSpan): AsyncGenerator<Chunk, Millis> {
    const { signal, now } = this.#run.context;
    let until = from;
    for (const { month, days } of this.#months([from, to])) {
      const files = month.to <= now() ? [month, ...days] : days;
      for (const file of files) {
        if (signal.aborted) return until;
        if (file.to <= until) continue;
        until = (yield* this.#readFile(file, [until, to])) ?? until;
      }
    }
    return until;
  }

  /** Compares the checksums of the files that were read; what changed in a replaced one is written again. */
  async *correct(from: Millis): AsyncGenerator<Chunk> {
    const { context, progress, retryCall } = this.#run;
    for (const { month, days } of this.#months([from, context.now()]))
      for (const file of [month, ...days]) {
        if (context.signal.aborted) return;
        const stored = this.#stored.get(file);
        if (stored === undefined) continue;
        context.status(`binance: comparing ${file.name}`);
        const published = await retryCall(() => this.#host.checksum(file));
        if (published === undefined || published === stored.sha256) continue;
        const dump = await this.#fetch(file);
        if (dump !== undefined) yield* this.#replace(file, dump, stored);
      }
    context.status(undefined);
    progress.checkedAt = context.now();
  }

  /** Whether the checksums are to be compared again. */
  get isDue(): boolean {
    const { checkedAt } = this.#run.progress;
    return checkedAt === undefined || Math.abs(this.#run.context.now() - checkedAt) >= CHECK_EVERY_MS;
  }

  /** Downloads a file; undefined if it is not there, or differs from its checksum each time. */
  async #fetch(file: DumpFile): Promise<Download | undefined> {
    const { retryCall, context } = this.#run;
    for (let tried = 1; tried <= MOST_DOWNLOADS; tried++) {
      const published = await retryCall(() => this.#host.checksum(file));
      if (published === undefined) return undefined;
      const got = await retryCall(() => this.#host.download(file));
      if (got === undefined) return undefined;
      if (got.sha256 === published) return got;
    }
    context.warn(`binance: ${file.name} does not fit its checksum; its bars are read by REST`);
    return undefined;
  }

  /** Remembers a file that differs from the one that was read, after writing again what changed. */
  async *#replace(file: DumpFile, { path, sha256 }: Download, stored: StoredDump): AsyncGenerator<Chunk> {
    const days = await hashDays(file.name, path, file.from);
    const changed = differingDays(days, stored.days, file.from);
    this.#run.context.warn(
      `binance: ${file.name} was replaced; ${counted(changed.size, 'day')} of it changed and ${changed.size === 1 ? 'is' : 'are'} written again`,
    );
    if (changed.size > 0) yield* this.#rewrite(file, path, changed);
    yield this.#stored.chunk(file, { sha256, days });
  }

  /** Writes the bars of these days again, as far as the topic has them. */
  async *#rewrite(file: DumpFile, path: string, days: ReadonlySet<Millis>): AsyncGenerator<Chunk> {
    const { progress, context } = this.#run;
    const covered = progress.spansOf(this.#series);
    const receivedAt = formatTime(context.now());
    let records: NewRecord[] = [];
    for await (const block of dumpBlocks(file.name, path))
      for (const line of dumpLines(block)) {
        const start = timeOf(line);
        const day = Math.floor(start / DAY) * DAY;
        if (!days.has(day) || !isWithin(covered, start)) continue;
        records.push(barOrReject(this.#series, start, line, true, receivedAt, this.#run));
        if (records.length < CHUNK_RECORDS) continue;
        yield progress.chunk(records);
        records = [];
      }
    if (records.length > 0) yield progress.chunk(records);
  }

  /** Undefined if there is no such file. */
  async *#readFile(file: DumpFile, [from, to]: TimeSpan): AsyncGenerator<Chunk, Millis | undefined> {
    const { context, progress } = this.#run;
    const { market, interval } = this.#series;
    context.status(`binance: fetching ${file.name}`);
    const dump = await this.#fetch(file);
    if (dump === undefined) return undefined;
    const stored = this.#stored.get(file);
    if (stored !== undefined && stored.sha256 !== dump.sha256) yield* this.#replace(file, dump, stored);
    else if (stored === undefined) yield this.#stored.chunk(file, { sha256: dump.sha256, days: '' });
    const hasher = this.#stored.get(file)?.days === '' ? new DayHasher(file.from) : undefined;
    const receivedAt = formatTime(context.now());
    let until = from;
    let lineNumber = 0;
    let records: NewRecord[] = [];
    const flush = (): Chunk => {
      progress.cover(this.#series, from, until);
      const chunk = progress.chunk(records);
      records = [];
      return chunk;
    };
    for await (const block of dumpBlocks(file.name, dump.path)) {
      hasher?.add(block);
      for (const line of dumpLines(block)) {
        lineNumber++;
        const start = timeOf(line);
        const isHeader = lineNumber === 1 && Number.isNaN(start);
        if (start < until || isHeader) continue;
        if (start % interval !== 0) {
          const place = {
            source: 'binance',
            file: file.name,
            line: lineNumber,
            topic: progress.settings.topic,
          };
          const text = line.buffer.latin1Slice(line.from, line.end);
          records.push(rejectLine(place, text, 'no open time of a bar', context.now()));
          continue;
        }
        if (start >= to || context.signal.aborted) break;
        if (start > until) {
          if (records.length > 0) yield flush();
          until = yield* fillByRest(this.#series, until, start, this.#run);
          if (until !== start) return until;
        }
        records.push(barOrReject(this.#series, start, line, true, receivedAt, this.#run));
        until = start + interval;
        if (records.length < CHUNK_RECORDS) continue;
        context.status(`binance: history of ${market.symbol} to ${formatTime(until)}`);
        yield flush();
      }
    }
    if (records.length > 0) yield flush();
    if (hasher !== undefined) yield this.#stored.chunk(file, { sha256: dump.sha256, days: hasher.text });
    return until;
  }
}
