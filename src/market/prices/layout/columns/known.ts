import type { PriceField } from './fields.ts';

/** A layout of files without a header: what each column holds, `-` for a column that is not read. */
export interface KnownRows {
  readonly name: string;
  readonly kind: 'bars' | 'ticks';
  readonly fields: readonly (PriceField | '-')[];
}

const rows = (name: string, kind: KnownRows['kind'], fields: string): KnownRows => ({
  name,
  kind,
  fields: fields.split(' ') as (PriceField | '-')[],
});

/** Files and answers of exchanges that have no header. They are told apart by their widths and values. */
export const KNOWN_ROWS: readonly KnownRows[] = [
  rows('binance klines', 'bars', 'time open high low close volume end quote_volume trades - - -'),
  rows('kraken ohlcvt', 'bars', 'time open high low close volume trades'),
  rows('kraken ohlc', 'bars', 'time open high low close - volume trades'),
  rows('okx candles', 'bars', 'time open high low close volume - quote_volume -'),
  rows('bybit klines', 'bars', 'time open high low close volume quote_volume'),
  rows('kucoin klines', 'bars', 'time open close high low volume quote_volume'),
  rows('open high low close volume', 'bars', 'time open high low close volume'),
  rows('open high low close', 'bars', 'time open high low close'),
  rows('coinbase candles', 'bars', 'time low high open close volume'),
  rows('bitfinex candles', 'bars', 'time open close high low volume'),
  rows('metatrader', 'bars', 'date clock open high low close volume'),
  rows('metatrader without volume', 'bars', 'date clock open high low close'),
  rows('times and prices', 'ticks', 'time price'),
  rows('kraken trades', 'ticks', 'time price size'),
  rows('binance trades', 'ticks', 'id price size - time buyer_maker -'),
  rows('binance futures trades', 'ticks', 'id price size - time buyer_maker'),
  rows('binance aggTrades', 'ticks', 'id price size - - time buyer_maker -'),
  rows('binance futures aggTrades', 'ticks', 'id price size - - time buyer_maker'),
  rows('freqtrade trades', 'ticks', 'time id - side price size -'),
];

/** A layout that some names of its header give away. */
export interface KnownNames {
  readonly name: string;
  /** Names, simplified, that all occur in its header. */
  readonly names: readonly string[];
  /** Its volume is an amount of the quote currency where the base is a coin. */
  readonly volumeIn?: 'quote';
}

const named = (name: string, names: string, volumeIn?: 'quote'): KnownNames => ({
  name,
  names: names.split(' '),
  ...(volumeIn !== undefined && { volumeIn }),
});

/** Layouts with a header. The first one whose names all occur is the file's. */
export const KNOWN_NAMES: readonly KnownNames[] = [
  named('coinmarketcap', 'timeopen timeclose timehigh timelow open high low close', 'quote'),
  named('coingecko', 'snappedat price marketcap totalvolume'),
  named('yahoo', 'open high low close adjclose volume', 'quote'),
  named('investing.com', 'date price open high low change'),
  named('gresearch', 'timestamp assetid count open high low close volume vwap'),
  named('cryptodatadownload', 'unix date symbol open high low close'),
  named('binance klines', 'opentime open high low close volume closetime'),
  named('binance aggTrades', 'aggtradeid price quantity'),
  named('binance trades', 'id price qty time isbuyermaker'),
  named('tardis trades', 'exchange symbol timestamp localtimestamp id side price amount'),
  named('cryptofeed trades', 'exchange symbol side amount price timestamp receipttimestamp'),
  named('ccxt trades', 'timestamp datetime symbol side price amount'),
  named('alpaca bars', 't o h l c v'),
  named('stooq', 'ticker per date time open high low close'),
  named('metatrader', 'date time open high low close tickvol'),
];
