import type { Settings } from '../../../src/core/option.ts';
import { formatTime, MINUTE } from '../../../src/core/util/time.ts';
import type { Bar } from '../../../src/market/prices/bar.ts';
import type { Signal } from '../../../src/market/signals/signal.ts';
import { signals } from '../../../src/processors/signals.ts';
import { type Driver, runLogic } from '../driver.ts';

/** 2026-03-02 00:00 UTC, a Monday. */
export const START = Date.UTC(2026, 2, 2);
export const at = (second: number): number => START + second * 1000;

export const post = (second: number, given: object = {}) => ({
  id: String(second),
  created_at: formatTime(at(second)),
  coin: 'btc',
  tag: 'btc',
  text: `post ${second}`,
  hashtags: [],
  author_id: 'a',
  followers_count: 100,
  sentiment_score: 0.5,
  source: 'file',
  ...given,
});

export const tick = (second: number, price: number, given: object = {}) => ({
  coin: 'btc',
  quote: 'usdt',
  price,
  time: formatTime(at(second)),
  source: 'file',
  ...given,
});

/** A bar of `length` minutes. */
export const bar = (minute: number, close: number, length = 1, given: Partial<Bar> = {}): Bar => ({
  source: 'file',
  base: 'btc',
  quote: 'usdt',
  open: close,
  high: close,
  low: close,
  close,
  volume: 2,
  trades: 3,
  start: formatTime(at(minute * 60)),
  end: formatTime(at((minute + length) * 60)),
  final: true,
  ...given,
});

export const POSTS = 'tweets-processed';

/** Has read everything that there was, so that windows close as records come. */
export function live(given: Partial<Settings<typeof signals.options>> = {}): Driver {
  const driver = runLogic(signals, { window: [10 * MINUTE], lateness: 0, ...given });
  driver.advance(0);
  return driver;
}

export const rows = ({ outputs }: Driver): Signal[] => outputs.map(({ value }) => value as Signal);
