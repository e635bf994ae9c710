import { random } from '../../../src/core/util/random.ts';
import { bitcoin, coin } from '../price-path.ts';

/** A coin of the stub. */
export interface StubCoin {
  readonly id: number;
  readonly symbol: string;
  readonly name: string;
  /** Null if unranked. */
  readonly rank: number | null;
  readonly supply: number;
  readonly maxSupply: number | null;
  /** In USDT. */
  readonly price: (time: number) => number;
}

type Known = readonly [
  symbol: string,
  name: string,
  id: number,
  ratio: number,
  supply: number,
  most: number | null,
];

/** By rank; prices in bitcoins. */
const KNOWN: readonly Known[] = [
  ['BTC', 'Bitcoin', 1, 1, 19_990_000, 21_000_000],
  ['ETH', 'Ethereum', 1027, 0.0241, 120_718_000, null],
  ['USDT', 'Tether', 825, 0, 155_000_000_000, null],
  ['XRP', 'XRP', 52, 2.07e-5, 58_800_000_000, 100_000_000_000],
  ['BNB', 'BNB', 1839, 0.00625, 140_880_000, null],
  ['SOL', 'Solana', 5426, 0.00143, 523_000_000, null],
  ['DOGE', 'Dogecoin', 74, 1.8e-6, 149_500_000_000, null],
  ['TRX', 'TRON', 1958, 2.6e-6, 94_900_000_000, null],
  ['ADA', 'Cardano', 2010, 6.4e-6, 35_300_000_000, 45_000_000_000],
  ['LTC', 'Litecoin', 2, 0.00084, 75_900_000, 84_000_000],
  ['LINK', 'Chainlink', 1975, 0.000131, 657_000_000, 1_000_000_000],
  ['DOT', 'Polkadot', 6636, 3.8e-5, 1_570_000_000, null],
];

/** Two coins with one symbol that is not in the coin list; the second has the better rank. */
const TWINS = [
  { id: 30_001, symbol: 'TWIN', name: 'Twin the Lesser' },
  { id: 30_002, symbol: 'TWIN', name: 'Twin' },
  { id: 30_003, symbol: 'TWIN', name: 'Twin without a rank' },
];

const FIRST_MADE_UP_ID = 40_000;

/** The first `count` coins by rank: a dozen real ones, then invented ones with unique symbols. */
export function rankedCoins(count: number): readonly StubCoin[] {
  const draw = random(1, 'stub-coins');
  return Array.from({ length: count }, (_, index) => {
    const rank = index + 1;
    const known = KNOWN[index];
    if (known !== undefined) {
      const [symbol, name, id, ratio, supply, maxSupply] = known;
      const price =
        ratio === 1 ? bitcoin : ratio === 0 ? () => 1 : (time: number) => coin(index, ratio, time);
      return { id, symbol, name, rank, supply, maxSupply, price };
    }
    const ratio = 1e-5 * draw.between(0.1, 2);
    return {
      id: FIRST_MADE_UP_ID + index,
      symbol: `C${index}`,
      name: `Coin ${index}`,
      rank,
      supply: Math.round(1e9 / (rank * draw.between(0.9, 1.1))),
      maxSupply: null,
      price: (time) => coin(index, ratio, time),
    };
  });
}

/** Coins that are in no listing, only in quotes by symbol or id. */
export const unlistedCoins: readonly StubCoin[] = TWINS.map((twin, index) => ({
  ...twin,
  rank: [4200, 321, null][index]!,
  supply: 1_000_000,
  maxSupply: null,
  price: (time) => coin(50 + index, 1e-6 * (index + 1), time),
}));
