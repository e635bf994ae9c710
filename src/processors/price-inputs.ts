import { topicsWith } from '../market/catalog/feeds.ts';
import { barTime } from '../market/prices/bar.ts';
import { parseBarBytes } from '../market/prices/bar-bytes.ts';
import { priceTime } from '../market/prices/price.ts';
import type { InputSpec } from './processor.ts';

const bars: ReadonlySet<string> = new Set(topicsWith('bars'));

/** Whether an input has bars; the others have ticks. */
export const isBarTopic = (topic: string): boolean => bars.has(topic);

/** All prices: ticks at their time, bars at their end. */
export const PRICE_INPUTS: readonly InputSpec[] = [
  { topic: 'prices', time: priceTime },
  ...topicsWith('bars').map((topic) => ({ topic, time: barTime, parseBytes: parseBarBytes })),
];

/** All prices, for processors of posts. */
export const PRICES_BESIDE_POSTS: readonly InputSpec[] = PRICE_INPUTS.map((input) => ({
  ...input,
  isSide: true,
}));
