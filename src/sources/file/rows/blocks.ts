import { LONGEST_LINE } from '../../../core/util/json.ts';
import type { Block, Spot } from './block.ts';
import { LONGEST_VALUE, readJsonValues } from './json-values.ts';
import type { FileKind } from './kind.ts';
import { readLines } from './lines.ts';

export const longestRow = ({ kind }: FileKind): number =>
  kind === 'json array' || kind === 'json values' ? LONGEST_VALUE : LONGEST_LINE;

/** Whether each row is a line, so that a file can be read from its end. */
export const hasLines = ({ kind }: FileKind): boolean => kind === 'csv' || kind === 'json lines';

/** The rows of text. `bytes`: those from the place `from` on. */
export function readBlocks(kind: FileKind, bytes: AsyncIterable<Buffer>, from: Spot): AsyncIterable<Block> {
  if (kind.kind === 'csv') return readLines(bytes, from, kind);
  return kind.kind === 'json lines'
    ? readLines(bytes, from)
    : readJsonValues(bytes, kind.kind === 'json array', from);
}
