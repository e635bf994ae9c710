import { isObject } from '../../../core/util/json.ts';
import { formatTime, type Millis, readTime } from '../../../core/util/time.ts';
import type { TradeRef } from './service.ts';

/** What is stored of a market. */
export interface MarketPosition extends TradeRef {
  /** Trades up to this time are stored, or marked as missed. */
  readonly seen: Millis;
}

export type MarketPositions = ReadonlyMap<string, MarketPosition>;

export const tradesPositionName = (source: string, topic: string): string => `${source}/${topic}`;

/** All markets that were ever read into the topic, so that a market that is named again resumes where it ended. */
export const formatPositions = (positions: MarketPositions): string =>
  JSON.stringify(
    Object.fromEntries(
      [...positions].map(([symbol, { id, time, seen }]) => [
        symbol,
        [id, formatTime(time), formatTime(seen)] as const,
      ]),
    ),
  );

/** Markets without a valid position are left out. */
export function parsePositions(text: string | undefined): MarketPositions {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? '{}');
  } catch {
    stored = {};
  }
  const found = new Map<string, MarketPosition>();
  for (const [symbol, entry] of Object.entries(isObject(stored) ? stored : {})) {
    const [id, ...texts] = Array.isArray(entry) ? entry : [];
    const [time, seen] = texts.map((one) => (typeof one === 'string' ? readTime(one) : Number.NaN));
    if (Number.isSafeInteger(id) && time! + seen! > Number.NEGATIVE_INFINITY)
      found.set(symbol, { id: id as number, time: time!, seen: seen! });
  }
  return found;
}
