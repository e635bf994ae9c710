export interface TableColumn {
  readonly title: string;
  /** Numbers stand right. */
  readonly right?: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that starts a colour
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Columns that a text takes on a terminal: colours none, wide characters two, combining ones none. */
export function visibleWidth(text: string): number {
  let width = 0;
  for (const symbol of text.replace(COLOUR, '')) {
    if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(symbol)) continue;
    width +=
      /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u.test(
        symbol,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Lines of a table: titles, then rows; two blanks between columns, none at the end. */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  paintTitle: (text: string) => string = (text) => text,
): string[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(visibleWidth(title), ...rows.map((row) => visibleWidth(row[at] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ right }, at) => {
        const cell = cells[at] ?? '';
        const fill = ' '.repeat(widths[at]! - visibleWidth(cell));
        return right ? fill + cell : cell + fill;
      })
      .join('  ')
      .trimEnd();
  return [paintTitle(line(columns.map(({ title }) => title))), ...rows.map(line)];
}
