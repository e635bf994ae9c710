import { UserError } from '../../core/errors.ts';
import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { LONGEST_LINE, tooLongReason } from '../../core/util/json.ts';
import { weightOf } from '../../core/util/runs.ts';
import { rejectLine } from '../shared/rejects.ts';
import type { Chunk } from '../source.ts';
import { readError } from './bytes/input.ts';
import { UnfinishedBars } from './prices/unfinished-bars.ts';
import type { LeftOut, Origin, TextReader } from './reader.ts';
import { type Block, isBlank, type Spot } from './rows/block.ts';

/** A chunk is handed over at so many records, or bytes: a durable append takes as long as to read some thousand rows. */
const CHUNK_RECORDS = 2000;
const CHUNK_BYTES = 1 << 20;
/** A last row without a line end is remembered as text; a longer one waits for its end. */
const LONGEST_TAIL = 64 * 1024;

/** A reason without what differs from row to row, so that rejects are counted by it. */
const reasonOf = (why: string): string =>
  why
    .replace(/'[^']*'/g, "'...'")
    .replace(/"[^"]*"/g, '"..."')
    .replace(/\d[\d.,:TZe+-]*/g, 'N')
    .slice(0, 120);

/** How far a text was read. */
export interface ReadProgress {
  /** The place after the last row that was taken. */
  readonly at: Spot;
  /** The place before that row. */
  readonly before?: Spot | undefined;
  /** A row after `at` that has no line end and was taken all the same. */
  readonly tail?: string | undefined;
}

const earlier = (progress: ReadProgress | undefined, spot: Spot): ReadProgress =>
  progress === undefined || spot.bytes < progress.at.bytes ? { at: spot } : progress;

export interface Pass {
  readonly reader: TextReader;
  readonly origin: Origin;
  readonly signal: AbortSignal;
  readonly from: ReadProgress;
  /** Longer rows are rejected, in characters. */
  readonly longest?: number;
  /** The rows that earlier runs left out; those that this one leaves out are added. */
  readonly unfinished?: UnfinishedBars;
  /** The position to store; undefined where none is stored row by row: a stream, a file that is read as a whole. */
  readonly positionAt?: (progress: ReadProgress) => Chunk['position'];
}

/** Turns blocks of rows into chunks of records. */
export async function* toChunks(blocks: AsyncIterable<Block>, pass: Pass): AsyncGenerator<Chunk> {
  const { reader, origin, positionAt, longest = LONGEST_LINE, unfinished = new UnfinishedBars() } = pass;
  let { at, before, tail } = pass.from;
  let records: NewRecord[] = [];
  let weight = 0;
  let counts: Record<string, number> = {};
  let rejected: Record<string, number> = {};
  /** Whether a row of data was read; a file that has only its header is read from its start again. */
  let hasData = at.bytes > 0;
  /** The place before the first bar that is not over: the next run begins there. */
  let stop: ReadProgress | undefined;
  /** The place before bars at the end that are over, but whose rows are unfinished: they may still be replaced. */
  let pause: ReadProgress | undefined;
  const leaveOut = ({ id, isOver }: LeftOut, spot: Spot): void => {
    hasData = true;
    unfinished.add([spot.bytes, id]);
    if (isOver) pause = earlier(pause, spot);
    else stop = earlier(stop, spot);
  };
  const count = (reason: string): void => {
    counts[reason] = (counts[reason] ?? 0) + 1;
  };

  const flush = (): Chunk => {
    const position = hasData ? positionAt?.(stop ?? pause ?? { at, before, tail }) : undefined;
    const chunk = { records, counts, rejected, ...(position && { position }) };
    records = [];
    weight = 0;
    counts = {};
    rejected = {};
    return chunk;
  };

  /** Reads a row; throws InvalidRecord. */
  const read = (text: string, into: NewRecord[], fault: string | undefined) => {
    if (fault !== undefined) throw new InvalidRecord(fault);
    if (text.length > longest) throw new InvalidRecord(tooLongReason(longest));
    return reader.read(text, into, count);
  };

  /** Reads a row that was taken once while it may have been cut: no records if they are those that were taken. */
  const readAgain = (earlier: string, text: string, line: number, fault: string | undefined) => {
    if (text === earlier) return 'data';
    const [then, now]: [NewRecord[], NewRecord[]] = [[], []];
    reader.read(earlier, then, () => {});
    const outcome = read(text, now, fault);
    const valuesOf = (all: readonly NewRecord[]) => JSON.stringify(all.map(({ value }) => value));
    if (valuesOf(now) === valuesOf(then)) return outcome;
    origin.warn(
      `--file ${origin.file}: line ${line} was cut when the last run took it; it is written again, whole`,
    );
    records.push(...now);
    return outcome;
  };

  const take = (block: Block, index: number): void => {
    const text = block.texts[index]!;
    const fault = block.faults.get(index);
    const first = records.length;
    try {
      const outcome =
        tail === undefined
          ? read(text, records, fault)
          : readAgain(tail, text, block.lineOf(index) + 1, fault);
      if (outcome === 'data') {
        hasData = true;
        pause = undefined;
      } else if (outcome !== 'none') leaveOut(outcome, block.startOf(index));
    } catch (cause) {
      if (!(cause instanceof InvalidRecord)) throw cause;
      records.length = first;
      const reason = reasonOf(cause.message);
      rejected[reason] = (rejected[reason] ?? 0) + 1;
      pause = undefined;
      const { file, topic, now } = origin;
      const place = { source: 'file', file, line: block.lineOf(index) + 1, topic };
      records.push(rejectLine(place, text, cause.message, now()));
      hasData = true;
    }
    tail = undefined;
    for (let added = first; added < records.length; added++) weight += weightOf(records[added]!);
  };

  /** A last row that may still grow: taken if it is whole already, else left for the next run. */
  const takeTail = (block: Block): void => {
    const text = block.texts[0]!;
    if (text === tail || isBlank(text)) return;
    const first = records.length;
    try {
      if (text.length > LONGEST_TAIL) throw new InvalidRecord('too long to be remembered');
      const fault = block.faults.get(0);
      const line = block.lineOf(0) + 1;
      const outcome = tail === undefined ? read(text, records, fault) : readAgain(tail, text, line, fault);
      if (outcome === 'data') {
        hasData = true;
        pause = undefined;
        tail = text;
      } else if (outcome !== 'none') leaveOut(outcome, at);
    } catch (cause) {
      if (!(cause instanceof InvalidRecord)) throw cause;
      records.length = first;
      origin.warn(
        `--file ${origin.file}: the last line (${block.lineOf(0) + 1}) has no line end and is left for the next run (${cause.message})`,
      );
    }
  };

  const isFull = (): boolean => records.length >= CHUNK_RECORDS || weight >= CHUNK_BYTES;
  /** Whether a chunk may end behind a row inside a block. */
  const canEndAfter = (block: Block, index: number): boolean =>
    index + 1 < block.texts.length && (positionAt === undefined || block.isSorted !== true);

  try {
    for await (const block of blocks) {
      if (!block.ended && positionAt !== undefined) takeTail(block);
      else
        for (let index = 0; index < block.texts.length; index++) {
          take(block, index);
          if (!isFull() || !canEndAfter(block, index)) continue;
          before = block.startOf(index);
          at = block.startOf(index + 1);
          yield flush();
          if (pass.signal.aborted) return;
        }
      if (block.ended) {
        before = block.startOf(block.texts.findLastIndex((text) => !isBlank(text)));
        at = block.end;
      }
      if (isFull()) yield flush();
      if (pass.signal.aborted) break;
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    yield flush();
    throw readError(origin.file, cause);
  }
  if (!pass.signal.aborted) unfinished.forgetOthers();
  const moved = at.bytes !== pass.from.at.bytes || tail !== pass.from.tail;
  if (moved || records.length > 0 || Object.keys(counts).length > 0) yield flush();
}
