import { displayWidth } from '../../sinks/console/cells.ts';

export interface TableColumn {
  readonly title: string;
  /** Right-aligned, for numbers. */
  readonly right?: boolean;
}

/** Lines of a table: titles, then rows. Two spaces between columns, no trailing space. */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  paintTitle: (text: string) => string = (text) => text,
): string[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[at] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ right }, at) => {
        const cell = cells[at] ?? '';
        const fill = ' '.repeat(widths[at]! - displayWidth(cell));
        return right ? fill + cell : cell + fill;
      })
      .join('  ')
      .trimEnd();
  return [paintTitle(line(columns.map(({ title }) => title))), ...rows.map(line)];
}
