/** Our names of what a column holds; `--columns` uses them. */
export const FIELDS = [
  'time', // start of a bar, or moment of a price
  'date', // a day, beside `clock`
  'clock', // a time of day, beside `date`
  'end', // end of a bar
  'open',
  'high',
  'low',
  'close',
  'volume', // in units of the base currency
  'quote_volume', // in units of the quote currency
  'trades', // a number of trades
  'interval', // length of a bar
  'price',
  'size', // of a trade
  'side',
  'buyer_maker', // whether the buyer was the maker: the taker sold
  'id', // of a trade
  'symbol', // a pair, or any name of the series
  'base',
  'quote',
  'source', // an exchange or service
  'market_cap',
  'volume_24h',
] as const;
export type PriceField = (typeof FIELDS)[number];

/** Indexes of columns. */
export type ColumnIndexes = Readonly<Partial<Record<PriceField, number>>>;

const words = (text: string): readonly string[] => text.split(' ');

/**
 * The spellings of each field in known files and answers, simplified by `simplify`, the preferred ones first. Single
 * letters are those of exchanges' JSON.
 */
const SPELLINGS: Readonly<Record<PriceField, readonly string[]>> = {
  time: words(
    'time opentime timeopen timeperiodstart windowstart starttime start startat begin candlebegintime candledatetimeutc openedat unix unixtime unixtimestamp timestampms timems epoch epochtime timestamp timestamputc transacttime tradetime exectime lastupdated gmttime utctime timeutc datetimeutc dateutc datetime snappedat ts mts t date localtime createdat createdtime',
  ),
  date: words('date day dtyyyymmdd tradedate'),
  clock: words('time timeofday clock hour'),
  end: words('closetime timeclose timeperiodend windowend endtime end endat closedat'),
  open: words('open openprice priceopen openingprice firstprice o'),
  high: words('high highprice pricehigh max h'),
  low: words('low lowprice pricelow min l'),
  close: words('close closeprice priceclose closingprice last lastprice tradeprice c'),
  volume: words(
    'volume vol volumebase basevolume volumetraded volumeccy candleacctradevolume basevol volumefrom v',
  ),
  quote_volume: words(
    'quotevolume quoteassetvolume volumequote volumecurrency quotevol turnover volccyquote volumeto candleacctradeprice',
  ),
  trades: words('trades count tradecount tradescount numberoftrades numtrades ntrades transactions n'),
  interval: words('interval timeframe window period per resolution granularity'),
  price: words('price tradeprice lastprice last rate p'),
  size: words('homenotional size qty quantity amount baseqty lastqty tradesize tradevolume volume vol q'),
  side: words('side takerside aggressorside takersidetype direction type'),
  buyer_maker: words('isbuyermaker buyermaker isbuyerthemaker m'),
  id: words('id tradeid aggtradeid trdmatchid execid tid uuid'),
  symbol: words(
    'symbol pair tradingpair market instrument instrumentname instid productid currencypair marketid symbolid ticker assetid',
  ),
  base: words('base basecurrency baseasset basesymbol coin'),
  quote: words('quote quotecurrency quoteasset quotesymbol'),
  source: words('source exchange venue'),
  market_cap: words('marketcap marketcapusd mcap'),
  volume_24h: words('volume24h totalvolume volumeusd24h'),
};

/** Alpha Vantage numbers its names: `1a. open (USD)`. */
const NUMBERED = /^\d+[a-z]?\. /;

/** A column's name without case, spaces, underscores, brackets and other signs: `<Open Time>` is `opentime`. */
export const simplify = (name: string): string =>
  name
    .trim()
    .replace(NUMBERED, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** Indexes of the columns that may hold a field, the preferred spelling first. `names`: simplified. */
export function candidatesOf(names: readonly string[], field: PriceField): number[] {
  return SPELLINGS[field].map((spelling) => names.indexOf(spelling)).filter((at) => at !== -1);
}

/** The column of a field; undefined if no name is a spelling of it. `names`: simplified. */
export const columnOf = (names: readonly string[], field: PriceField): number | undefined =>
  candidatesOf(names, field)[0];

/** Whether a name, simplified, is a spelling of one of some fields. */
export const isSpelling = (name: string, fields: readonly PriceField[]): boolean =>
  fields.some((field) => SPELLINGS[field].includes(name));
