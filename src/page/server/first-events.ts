import { joinKey } from '../../core/text/key.ts';
import type { BusFeed } from '../feed/bus-feed.ts';
import { parseEventId } from '../model/position.ts';
import type { PageSelection } from '../model/wire.ts';
import { eventBytes } from './event-clients.ts';

/** Events that are kept until the view changes. */
const MOST_KEPT = 16;

/** The first event of a stream: what came after a position, made once for all pages that connect at the same time. */
export class FirstEvents {
  readonly #kept = new Map<string, Buffer>();
  readonly #feed: BusFeed;
  #version = -1;

  constructor(feed: BusFeed) {
    this.#feed = feed;
  }

  /** What came after the event of this id; without one, everything. `reset` if the id is of another bus. */
  after(id: string, selection: PageSelection): Buffer {
    const { version } = this.#feed;
    if (version !== this.#version || this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#version = version;
    const { coin, quote, source, window } = selection;
    const key = joinKey(coin, quote, source, window, id);
    const event = this.#kept.get(key) ?? this.#make(id, selection);
    this.#kept.set(key, event);
    return event;
  }

  #make(id: string, selection: PageSelection): Buffer {
    const position = parseEventId(id, this.#feed.topics());
    if (position === undefined) return eventBytes('reset', {});
    return eventBytes('changes', this.#feed.view.rows(selection, position), this.#feed.eventId());
  }
}
