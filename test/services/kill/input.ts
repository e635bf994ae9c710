import type { NewRecord } from '../../../src/core/stream/record.ts';
import { posts } from './posts.ts';
import { quotes } from './quotes.ts';

/** Records per second that three brokers and three processes sustain on two slow cores while some of them are down. */
export const RATE = 2500;
export const INPUTS = ['tweets', 'prices-coinmarketcap', 'prices-file', 'prices-wallex'] as const;
/**
 * Speed of event time relative to the clock: five minutes become an hour, beyond `select`'s half hour; the ten minutes that
 * `join` keeps become 50 s, more than one input can get ahead of another while a partition moves to another broker.
 */
const SPEED = 12;
const START = Date.parse('2026-03-02T00:00:00Z');
/** Shares per hundred records: posts, quotes in two formats, rates. */
const POSTS = 15;
const FILED = 50;
const LISTED = 34;

/** The endless input of the kill test, deterministic for a seed. */
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
