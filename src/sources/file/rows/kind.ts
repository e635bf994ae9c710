import { NEWLINE } from './block.ts';
import { findDelimiter } from './csv.ts';

/** What a file's rows are written in. */
export type FileKind =
  | { readonly kind: 'csv'; readonly delimiter: string; readonly newline: number }
  | { readonly kind: 'json lines' | 'json array' | 'json values' | 'parquet' };

const RETURN = 13;
/** A name before an array, as X's archive has it: `window.YTD.tweets.part0 = [`. */
const NAMED = /^(?:window|var|let|const|export|module)\b[\w.$\s[\]'"]*=\s*[[{]/;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Whether the lines of a text that begins with a bracket are values by themselves. */
function jsonKind(text: string, isWhole: boolean): FileKind['kind'] | undefined {
  const lines = text.split(/\r?\n|\r/);
  const hasEnd = isWhole || lines.length > 1;
  const first = lines[0]!.trim();
  const second = lines.slice(1).find((line) => line.trim() !== '');
  const value = hasEnd ? parsed(first) : undefined;
  if (first.startsWith('[')) {
    const isRow = Array.isArray(value) && value.length > 0 && !value.some((part) => typeof part === 'object');
    const isBroken =
      value === undefined && first !== '[' && second !== undefined && parsed(second) !== undefined;
    return isRow || (isBroken && !first.endsWith(',')) ? 'json lines' : 'json array';
  }
  if (value !== undefined) return 'json lines';
  if (!hasEnd) return undefined;
  // A first line that is cut or broken: the next ones tell.
  return second !== undefined && /^[[{]/.test(second) && !/^[[{]\s*$/.test(first)
    ? 'json lines'
    : 'json values';
}

/**
 * The kind of a text by its first bytes; undefined where more of them are needed. `isWhole`: nothing follows. `given`: the
 * delimiter that the user named.
 */
export function fileKindOf(head: Buffer, isWhole: boolean, given?: string): FileKind | undefined {
  if (head.toString('latin1', 0, 4) === 'PAR1') return { kind: 'parquet' };
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (given === undefined) {
    if (/^[[{]/.test(text)) {
      const kind = jsonKind(text, isWhole);
      return kind === undefined ? undefined : ({ kind } as FileKind);
    }
    if (NAMED.test(text)) return { kind: 'json array' };
  }
  if (!isWhole) return undefined;
  const lines = text.split(/\r?\n|\r/);
  // Its first line may be cut or broken.
  if (given === undefined && lines.slice(1, 4).some((line) => /^\s*\{"/.test(line)))
    return { kind: 'json lines' };
  const newline = head.includes(NEWLINE) || !head.includes(RETURN) ? NEWLINE : RETURN;
  return { kind: 'csv', delimiter: given ?? findDelimiter(lines), newline };
}
