import { readTopic } from '../topic.ts';

type Value = Readonly<Record<string, unknown>>;
const objectIn = (value: Value, name: string): Value => (value[name] ?? {}) as Value;

/** A record of `gaps`. */
export interface MarkedGap {
  readonly source: string;
  readonly from: number;
  readonly to: number;
  readonly backfilled: boolean;
  readonly reason: string;
}

export async function gapsIn(bus: string): Promise<MarkedGap[]> {
  return (await readTopic(bus, 'gaps')).map(({ value }) => ({
    source: String(value.source),
    from: Date.parse(String(value.from)),
    to: Date.parse(String(value.to)),
    backfilled: value.backfilled === true,
    reason: String(value.reason),
  }));
}

/** The revisions of the Bluesky events that were written: each event has one of its own. */
export const blueskyRevisions = async (bus: string): Promise<string[]> =>
  (await readTopic(bus, 'posts-bluesky')).map(({ value }) =>
    String(objectIn(value, 'payload').rev ?? objectIn(value, 'commit').rev ?? 'account'),
  );

/** The ids of a market's trades, in the order of the topic. */
export async function tradeIds(bus: string, exchange: string, base: string): Promise<number[]> {
  const records = await readTopic(bus, `prices-${exchange}`);
  return records.filter(({ value }) => value.base === base).map(({ value }) => Number(value.trade_id));
}

/** Prices of CoinGecko that were written. */
export const geckoQuotes = async (bus: string): Promise<string[]> =>
  (await readTopic(bus, 'prices-coingecko')).map(
    ({ value }) => `${value.base}/${value.quote}@${new Date(String(value.last_updated)).toISOString()}`,
  );
