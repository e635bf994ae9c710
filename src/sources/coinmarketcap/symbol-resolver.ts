import { baseOf, isBetter, type Row } from './rows.ts';

/**
 * Which coin a symbol stands for: records are known by it, and several coins of CoinMarketCap share one. The best is
 * chosen, and stays chosen for the run, for ranks change.
 */
export class SymbolResolver {
  readonly #ids = new Map<string, number>();
  readonly #say: (message: string) => void;
  #isLogged = false;

  constructor(say: (message: string) => void) {
    this.#say = say;
  }

  /** Rows by symbol, one each. The first time that rows are left out it says so. */
  choose(rows: readonly Row[]): ReadonlyMap<string, Row> {
    const chosen = new Map<string, Row>();
    const shared = new Set<string>();
    for (const row of rows) {
      const base = baseOf(row);
      const owner = this.#ids.get(base);
      const other = chosen.get(base);
      if (other !== undefined) shared.add(base);
      if (owner === undefined ? other === undefined || isBetter(row, other) : owner === row.id)
        chosen.set(base, row);
    }
    for (const [base, { id }] of chosen) this.#ids.set(base, id);
    if (shared.size > 0 && !this.#isLogged) {
      this.#isLogged = true;
      const some = [...shared].slice(0, 5).join(', ');
      this.#say(
        `coinmarketcap: of coins that share a symbol (${some}${shared.size > 5 ? ' ...' : ''}) the best ranked is taken, the others are left out`,
      );
    }
    return chosen;
  }
}
