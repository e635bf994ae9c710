import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { joinKey } from '../../core/text/key.ts';
import type { Clock } from '../../core/util/clock.ts';
import { type Millis, SECOND } from '../../core/util/time.ts';
import type { BusFeed } from '../feed/bus-feed.ts';
import type { History, PageSelection } from '../model/wire.ts';

/** A history is made at most once in this time for a selection; events bring what came after it. */
const KEPT_MS: Millis = SECOND;
/** Selections whose history is kept. */
const MOST_KEPT = 16;

const pack = promisify(gzip);

interface Kept {
  readonly at: Millis;
  readonly version: number;
  readonly packed: Promise<Buffer>;
}

/** Histories as gzipped JSON, so that many pages opened at once cost as much as one. */
export class HistoryCache {
  readonly #kept = new Map<string, Kept>();

  readonly #feed: BusFeed;
  readonly #bus: string;
  readonly #clock: Clock;

  /** `bus`: its URL. */
  constructor(feed: BusFeed, bus: string, clock: Clock) {
    this.#feed = feed;
    this.#bus = bus;
    this.#clock = clock;
  }

  get(asked: Partial<PageSelection>): Promise<Buffer> {
    const selection = this.#feed.view.select(asked);
    const { coin, quote, source, window } = selection;
    const key = joinKey(coin, quote, source, window);
    const kept = this.#kept.get(key);
    const now = this.#clock.monotonic();
    const { version } = this.#feed;
    if (kept !== undefined && (kept.version === version || now - kept.at < KEPT_MS)) return kept.packed;
    const packed = pack(JSON.stringify(this.#history(selection)), { level: constants.Z_BEST_SPEED });
    this.#kept.delete(key);
    this.#kept.set(key, { at: now, version, packed });
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return packed;
  }

  #history(selection: PageSelection): History {
    const { view } = this.#feed;
    return {
      bus: this.#bus,
      selection,
      coins: view.coins(),
      position: this.#feed.eventId(),
      ...view.rows(selection),
    };
  }
}
