import { baseOf, isBetter, type ListingRow } from './rows.ts';

/**
 * Chooses a coin for each symbol, because records are keyed by symbol and several coins may share one. The choice is
 * kept for the whole run, because ranks change.
 */
export class SymbolResolver {
  readonly #ids = new Map<string, number>();
  readonly #say: (message: string) => void;
  #isLogged = false;

  constructor(say: (message: string) => void) {
    this.#say = say;
  }

  /** One row per symbol. Logs the first time that it skips rows. */
  choose(rows: readonly ListingRow[]): ReadonlyMap<string, ListingRow> {
    const chosen = new Map<string, ListingRow>();
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
        `coinmarketcap: several coins share a symbol (${some}${shared.size > 5 ? ' ...' : ''}); using the best ranked of each, skipping the others`,
      );
    }
    return chosen;
  }
}
