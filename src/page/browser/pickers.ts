import type { CandleMarket, CoinEntry, PageSelection } from '../model/wire.ts';
import { byId, make } from './dom.ts';

const nameOf = ({ quote, source }: Pick<CandleMarket, 'quote' | 'source'>): string =>
  quote === '' ? 'no prices' : `${quote.toUpperCase()} · ${source}`;
const valueOfMarket = ({ quote, source }: Pick<CandleMarket, 'quote' | 'source'>): string =>
  JSON.stringify([quote, source]);
const WINDOWS_WITHOUT_CANDLES = ['1m', '10m', '1h'];

/** The choice of coin, market and window. */
export class Pickers {
  readonly #coin = byId<HTMLSelectElement>('coin');
  readonly #market = byId<HTMLSelectElement>('market');
  readonly #windows = byId<HTMLFieldSetElement>('windows');
  #shown = '';
  #selection: PageSelection = { coin: '', quote: '', source: '', window: '' };

  constructor(pick: (asked: Partial<PageSelection>) => void) {
    byId('pickers').addEventListener('submit', (event) => event.preventDefault());
    this.#coin.addEventListener('change', () => {
      const { quote, source, window } = this.#selection;
      pick({ coin: this.#coin.value, quote, source, window });
    });
    this.#market.addEventListener('change', () => {
      const [quote, source] = JSON.parse(this.#market.value) as [string, string];
      pick({ ...this.#selection, quote, source });
    });
    this.#windows.addEventListener('change', (event) => {
      pick({ ...this.#selection, window: (event.target as HTMLInputElement).value });
    });
  }

  /** Offers these choices; keeps the focus if they are the same as before. */
  show(coins: readonly CoinEntry[], selection: PageSelection): void {
    const { coin, quote, source, window } = selection;
    const entry = coins.find((one) => one.coin === coin);
    const markets = entry?.markets.length
      ? entry.markets
      : [{ quote: '', source: '', windows: WINDOWS_WITHOUT_CANDLES }];
    const windows = markets.find((one) => one.quote === quote && one.source === source)?.windows ?? [];
    const shown = JSON.stringify([coins.map((one) => one.coin), markets, selection]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#selection = selection;
    this.#coin.replaceChildren(
      ...coins.map((one) => make('option', { value: one.coin }, one.coin.toUpperCase())),
    );
    this.#coin.value = coin;
    this.#market.replaceChildren(
      ...markets.map((one) => make('option', { value: valueOfMarket(one) }, nameOf(one))),
    );
    this.#market.value = valueOfMarket({ quote, source });
    this.#market.disabled = markets.length < 2;
    const active =
      document.activeElement instanceof HTMLInputElement ? document.activeElement.value : undefined;
    for (const label of this.#windows.querySelectorAll('label')) label.remove();
    for (const name of windows) {
      const radio = make('input', { type: 'radio', name: 'window', value: name });
      radio.checked = name === window;
      this.#windows.append(make('label', {}, radio, make('span', {}, name)));
      if (name === active) radio.focus();
    }
  }
}
