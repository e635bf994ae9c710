import { UserError } from '../../core/errors.ts';
import { InvalidRecord, type NewRecord } from '../../core/stream/record.ts';
import { weightOf } from '../../core/util/runs.ts';
import { rejectLine } from '../shared/rejects.ts';
import type { Chunk } from '../source.ts';
import { readProblem } from './input.ts';
import { type Block, LONGEST_LINE } from './lines.ts';
import type { LineReader, Origin } from './reader.ts';

/** A chunk is handed over at so many records, or bytes: a durable append costs about the same for one and for some hundred. */
const CHUNK_RECORDS = 500;
const CHUNK_BYTES = 1 << 20;
/** A last line without a line end is remembered as text; a longer one waits for its end. */
const LONGEST_TAIL = 64 * 1024;

/** Where in a text the reading stands. `bytes` is the start of a line; see Place. */
export interface Stand {
  bytes: number;
  lines: number;
  /** CRC-32 of the bytes before. */
  sum: number;
  tail?: string | undefined;
}

export interface Pass {
  readonly reader: LineReader;
  readonly origin: Origin;
  readonly signal: AbortSignal;
  readonly from: Stand;
  /** The position to store; undefined for a stream, which ends for good where it ends. */
  readonly place?: (stand: Stand) => Chunk['position'];
}

const BOM = '\uFEFF';

/** Turns blocks of lines into chunks of records. */
export async function* toChunks(blocks: AsyncIterable<Block>, pass: Pass): AsyncGenerator<Chunk> {
  const { reader, origin, place } = pass;
  const stand: Stand = { ...pass.from };
  let records: NewRecord[] = [];
  let weight = 0;
  let counts: Record<string, number> = {};
  /** The text ends in its header, which may be cut: the next run begins at the start again. */
  let onlyHeader = false;
  const count = (reason: string): void => {
    counts[reason] = (counts[reason] ?? 0) + 1;
  };

  const add = (record: NewRecord): void => {
    records.push(record);
    weight += weightOf(record);
  };

  const flush = (): Chunk => {
    const keep =
      place !== undefined &&
      !reader.holding() &&
      !onlyHeader &&
      (stand.bytes > 0 || stand.tail !== undefined);
    const position = keep ? place(stand) : undefined;
    const chunk = { records, counts, ...(position && { position }) };
    records = [];
    weight = 0;
    counts = {};
    return chunk;
  };

  /** The records of a line; throws InvalidRecord. */
  const read = (text: string, fault: string | undefined): readonly NewRecord[] => {
    if (fault !== undefined) throw new InvalidRecord(fault);
    if (text.length > LONGEST_LINE) throw new InvalidRecord('longer than 1 MB');
    return reader.read(text, count);
  };

  /** The records of a line that was taken once while it may have been cut: none if they are what was taken. */
  const readAgain = (tail: string, text: string, fault: string | undefined): readonly NewRecord[] => {
    if (text === tail) return [];
    const before = JSON.stringify(reader.read(tail, () => {}).map((record) => record.value));
    const now = read(text, fault);
    if (JSON.stringify(now.map((record) => record.value)) === before) return [];
    origin.warn(
      `--file ${origin.file}: line ${stand.lines + 1} was cut when the last run took it; it is written again, whole`,
    );
    return now;
  };

  const take = (text: string, fault: string | undefined): void => {
    try {
      const fresh = stand.tail === undefined ? read(text, fault) : readAgain(stand.tail, text, fault);
      for (const record of fresh) add(record);
    } catch (cause) {
      if (!(cause instanceof InvalidRecord)) throw cause;
      const { file, topic, now } = origin;
      add(rejectLine({ source: 'file', file, line: stand.lines + 1, topic }, text, cause.message, now()));
    }
    stand.tail = undefined;
    stand.lines++;
  };

  /** A last line that may still grow: taken if it is whole already, else left for the next run. */
  const takeTail = (text: string, fault: string | undefined): void => {
    if (text === stand.tail || text.trim() === '') return;
    try {
      if (text.length > LONGEST_TAIL) throw new InvalidRecord('too long to be remembered');
      const fresh = stand.tail === undefined ? read(text, fault) : readAgain(stand.tail, text, fault);
      for (const record of fresh) add(record);
      stand.tail = text;
      onlyHeader = reader.shape()?.header === text;
    } catch (cause) {
      if (!(cause instanceof InvalidRecord)) throw cause;
      origin.warn(
        `--file ${origin.file}: the last line (${stand.lines + 1}) has no line end and is left for the next run (${cause.message})`,
      );
    }
  };

  try {
    for await (const block of blocks) {
      for (let index = 0; index < block.lines.length; index++) {
        let text = block.lines[index]!;
        if (stand.bytes === 0 && index === 0 && text.startsWith(BOM)) text = text.slice(BOM.length);
        if (block.ended || place === undefined) take(text, block.faults.get(index));
        else takeTail(text, block.faults.get(index));
      }
      if (block.ended) {
        stand.bytes = pass.from.bytes + block.bytes;
        stand.sum = block.sum;
      }
      if (records.length >= CHUNK_RECORDS || weight >= CHUNK_BYTES) yield flush();
      if (pass.signal.aborted) break;
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    yield flush();
    throw readProblem(origin.file, cause);
  }
  if (!pass.signal.aborted) reader.finish();
  const moved = stand.bytes !== pass.from.bytes || stand.tail !== pass.from.tail;
  if (moved || records.length > 0 || Object.keys(counts).length > 0) yield flush();
}
