import type { Column, ColumnType } from '../../market/catalog/columns.ts';
import type { Dataset } from '../../market/catalog/datasets.ts';
import { cellText, displayWidth, fitToWidth } from './cells.ts';

const GAP = '  ';
/** Column types that may be cut, and their minimum width. */
const CUTTABLE: readonly ColumnType[] = ['text', 'texts', 'json'];
const MIN_TEXT_WIDTH = 24;

type Row = Readonly<Record<string, unknown>>;

/** A column and its width in terminal cells. */
interface ColumnLayout {
  readonly column: Column;
  readonly width: number;
}

/** A terminal table whose columns grow with their content. */
export class ConsoleTable {
  /** In display order. */
  readonly #columns: readonly Column[];
  /** In the order in which they get space. */
  readonly #ranked: readonly Column[];
  readonly #needed = new Map<Column, number>();
  #layout: readonly ColumnLayout[] = [];

  /** `fields`: shown in this order; if empty, as many of the dataset's columns as fit, summary columns first. */
  constructor(
    dataset: Dataset,
    readonly fields: readonly string[],
    readonly width: number,
  ) {
    const named = (name: string): Column =>
      dataset.columns.find((column) => column.name === name) ?? { name, type: 'text', help: '' };
    this.#columns = fields.length > 0 ? fields.map(named) : dataset.columns;
    this.#ranked =
      fields.length > 0
        ? this.#columns
        : [...new Set([...(dataset.summaryColumns ?? []).map(named), ...dataset.columns])];
  }

  /** Columns without space so far. */
  get hidden(): readonly string[] {
    const shown = this.#layout.map(({ column }) => column);
    return this.#columns.filter((column) => !shown.includes(column)).map(({ name }) => name);
  }

  /** The lines of these rows, after a header when it is the first or the columns have grown. */
  lines(rows: readonly Row[]): string[] {
    if (rows.length === 0) return [];
    const texts = rows.map(
      (row) => new Map(this.#columns.map((column) => [column, cellText(row[column.name], column.type)])),
    );
    for (const column of this.#columns) {
      let needed = this.#needed.get(column) ?? column.name.length;
      // Stop measuring at the terminal's width.
      for (const row of texts)
        if (needed < this.width) needed = Math.max(needed, displayWidth(row.get(column)!));
      this.#needed.set(column, needed);
    }
    const laid = this.#computeLayout();
    const isSame =
      laid.length === this.#layout.length &&
      laid.every(
        ({ column, width }, i) => column === this.#layout[i]!.column && width === this.#layout[i]!.width,
      );
    this.#layout = laid;
    const line = (textOf: (column: Column) => string) =>
      laid
        .map(({ column, width }) => fitToWidth(textOf(column), width, /number|integer/.test(column.type)))
        .join(GAP)
        .trimEnd();
    return [
      ...(isSame ? [] : [line(({ name }) => name)]),
      ...texts.map((row) => line((column) => row.get(column)!)),
    ];
  }

  #computeLayout(): ColumnLayout[] {
    const widths = new Map<Column, number>();
    let left = this.width + GAP.length;
    for (const column of this.#ranked) {
      const needed = this.#needed.get(column)!;
      const least = CUTTABLE.includes(column.type)
        ? Math.max(column.name.length, Math.min(needed, MIN_TEXT_WIDTH))
        : needed;
      const isLet = this.fields.length > 0 || widths.size === 0 || least + GAP.length <= left;
      if (!isLet) break;
      widths.set(column, least);
      left -= least + GAP.length;
    }
    for (const [column, least] of widths) {
      const more = Math.min(this.#needed.get(column)! - least, Math.max(0, left));
      widths.set(column, least + more);
      left -= more;
    }
    return this.#columns
      .filter((column) => widths.has(column))
      .map((column) => ({ column, width: widths.get(column)! }));
  }
}
