import type { NewRecord } from '../../../src/core/stream/record.ts';
import { posts } from './posts.ts';
import { quotes } from './quotes.ts';

/** Records a second: what three brokers and three processes keep up with on two slow cores, while some of them are away. */
export const RATE = 2500;
export const INPUTS = ['tweets', 'prices-coinmarketcap', 'prices-file', 'prices-wallex'] as const;
/**
 * Event time passes so much faster than the clock: five minutes are an hour, past `select`'s half hour, while the ten minutes
 * that `join` keeps are 50 s, more than one input can get ahead of another while a partition moves to another broker.
 */
const SPEED = 12;
const START = Date.parse('2026-03-02T00:00:00Z');
/** What a hundred records are: posts, quotes in two shapes, rates. */
const POSTS = 15;
const FILED = 50;
const LISTED = 34;

/** The input of the kill test, without end, the same for a seed. */
export function* input(seed: number): Generator<NewRecord, never> {
  const post = posts(seed);
  const { listed, filed, rate } = quotes(seed);
  for (let i = 0; ; i++) {
    const now = START + Math.floor((i * SPEED * 1000) / RATE);
    const lot = (i * 37) % 100;
    if (lot < POSTS) yield post(now);
    else if (lot < POSTS + FILED) yield filed(now);
    else yield lot < POSTS + FILED + LISTED ? listed(now) : rate(now);
  }
}
