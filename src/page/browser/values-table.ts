import { byId, setRows } from './dom.ts';
import { compactNumber, minuteText, priceText, scoreText } from './format.ts';
import type { WindowRow } from './page-store.ts';

/** Rows of the table, the newest: a page stays quick with them. */
const MOST_ROWS = 300;

/** The chart's values as a table, filled while it is open. */
export class ValuesTable {
  readonly #details = byId<HTMLDetailsElement>('values');
  #rows: readonly WindowRow[] = [];

  constructor() {
    this.#details.addEventListener('toggle', () => this.#fill());
  }

  show(rows: readonly WindowRow[]): void {
    this.#rows = rows;
    this.#fill();
  }

  #fill(): void {
    if (!this.#details.open) return;
    const head = [
      'Window, UTC',
      'Open',
      'High',
      'Low',
      'Close',
      'Volume',
      'Posts',
      'Deleted',
      'Mean sentiment',
      'Standard error',
    ];
    const rows = this.#rows.slice(-MOST_ROWS).reverse();
    setRows(
      this.#details,
      head,
      rows.map(({ start, candle, posts }) => [
        minuteText(start),
        ...[2, 3, 4, 5].map((at) => priceText(candle?.[at] as number | undefined)),
        candle?.[6] == null ? '–' : compactNumber(candle[6]),
        posts === undefined ? '–' : compactNumber(posts[2]),
        posts === undefined ? '–' : compactNumber(posts[6]),
        scoreText(posts?.[4]),
        posts?.[5] == null ? '–' : posts[5].toFixed(3),
      ]),
    );
  }
}
