import { InvalidRecord } from '../../../core/stream/record.ts';
import type { Row, TableSample } from '../../../market/prices/table.ts';
import { type Block, isBlank, type Spot } from './block.ts';
import { parseRow, textCells } from './cells.ts';
import type { FileKind } from './kind.ts';

/** Rows on which a layout is decided, before anything is written. */
export const SAMPLE_ROWS = 10_000;
/** Rows whose places are kept: those before the data. */
const KEPT_SPOTS = 20;

/** Collects the first rows of a file. Rows that cannot be cut into cells are left out, as they are when it is read. */
export class RowSample {
  readonly #kind: FileKind;
  readonly #texts: string[] = [];
  readonly #names = new Set<string>();
  /** Whether there is nothing but blank lines. */
  isEmpty = true;
  /** Why the first row that is none cannot be cut into cells. */
  broken: string | undefined;
  /** The places before the first rows. */
  readonly spots: Spot[] = [];

  readonly #most: number;

  constructor(kind: FileKind, most = SAMPLE_ROWS) {
    this.#kind = kind;
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#texts.length >= this.#most;
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  add(block: Block): void {
    for (let index = 0; index < block.texts.length && !this.isFull; index++) {
      const text = block.texts[index]!;
      if (isBlank(text)) continue;
      this.broken ??= block.faults.get(index);
      this.isEmpty = false;
      if (block.faults.has(index) || !this.#notesColumns(text, block.ended)) continue;
      if (this.spots.length < KEPT_SPOTS) this.spots.push(block.startOf(index));
      this.#texts.push(text);
    }
  }

  /** False for a text that is no row; a last row without a line end may be cut, and counts if it has all cells and something in the last. */
  #notesColumns(text: string, ended: boolean): boolean {
    try {
      if (this.#kind.kind === 'csv') {
        const { read } = textCells(this.#kind, undefined);
        const cells = read(text);
        const before = this.#texts.at(-1);
        return ended || (before !== undefined && cells.length === read(before).length && cells.at(-1) !== '');
      }
      const value = parseRow(text);
      if (Array.isArray(value)) return true;
      for (const name in value) this.#names.add(name);
      return true;
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      this.broken ??= error.message;
      return false;
    }
  }

  /** Names of the columns, where the rows name them themselves. */
  get names(): readonly string[] | undefined {
    return this.#kind.kind === 'csv' || this.#names.size === 0 ? undefined : [...this.#names];
  }

  /** `isWhole`: the file holds no other rows. */
  table(file: string, isWhole: boolean): TableSample {
    const { names } = this;
    const cells = textCells(this.#kind, names);
    const rows: Row[] = [];
    for (const text of this.#texts)
      if (names === undefined || /^\s*\{/.test(text)) rows.push(cells.read(text));
    return { file, names, rows, isWhole: isWhole && !this.isFull };
  }
}
