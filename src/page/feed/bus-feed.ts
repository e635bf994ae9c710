import { InvalidRecord, type StoredRecord } from '../../core/stream/record.ts';
import type { Clock } from '../../core/util/clock.ts';
import { parseObject } from '../../core/util/json.ts';
import type { Millis } from '../../core/util/time.ts';
import type { Log } from '../../log/log.ts';
import { PageView } from '../model/page-view.ts';
import { formatEventId, type PagePosition, partOf, placeOf } from '../model/position.ts';
import { PAGE_FEEDS, type PageFeed, type Topic } from '../model/topics.ts';
import { readTopic } from './topic-reader.ts';

/** Offsets of each partition that are read at start; the view keeps fewer. */
const MOST_RECORDS: Readonly<Record<PageFeed, number>> = {
  candles: 200_000,
  'tweets-processed': 100_000,
  'tweets-priced': 100_000,
  gaps: 1_000,
  'market-cap': 1_000,
  signals: 100_000,
};

const READY_CHECK_MS: Millis = 20;

/** Part of the time that applying records may take beside a pipeline in the same process; decoding them takes as much again. */
export const SHARED_PACE = 0.01;
/** The same while the bus is read at start, or while the pipeline rests: a visitor waits for the page. */
const LOADING_PACE = 0.25;

/** A pipeline that keeps its thread less busy than this, the page's own reading included, rests. */
const RESTING = 0.5;

export interface BusFeedSettings {
  readonly log: Log;
  readonly clock: Clock;
  /** The names of the topics. */
  readonly topics: Readonly<Record<PageFeed, string>>;
  /** 1 reads as fast as it can. */
  readonly pace: number;
  /** The part of the time since its last call in which the process was busy, 0 to 1; absent: always busy. */
  readonly utilization?: (() => number) | undefined;
  readonly warn: (message: string) => void;
}

interface ReadTopic extends Topic {
  readonly next: number[];
  /** Where the partitions ended when they were looked at last. */
  ends: readonly number[];
}

/** Keeps a PageView up to date with the bus. */
export class BusFeed {
  readonly view = new PageView();
  readonly #settings: BusFeedSettings;
  readonly #topics = new Map<PageFeed, ReadTopic>();
  readonly #stopped = new AbortController();
  #reading: Promise<unknown> = Promise.resolve();
  #version = 0;
  #looked = false;
  #loaded = false;
  #lastFailure = '';
  #pause: Promise<void> = Promise.resolve();

  constructor(settings: BusFeedSettings) {
    this.#settings = settings;
  }

  start(): void {
    const { log, clock, topics } = this.#settings;
    const looked = new Set<PageFeed>();
    this.#reading = Promise.all(
      PAGE_FEEDS.map((feed) =>
        readTopic(
          {
            log,
            clock,
            topic: topics[feed],
            most: MOST_RECORDS[feed],
            opened: ({ identity, starts, ends }) => {
              if (this.#topics.has(feed)) this.view.clear(feed);
              this.#topics.set(feed, { feed, name: topics[feed], identity, next: [...starts], ends });
              this.#version += 1;
            },
            looked: (ends) => {
              const topic = this.#topics.get(feed);
              if (topic !== undefined && ends !== undefined) topic.ends = ends;
              looked.add(feed);
              this.#looked = looked.size === PAGE_FEEDS.length;
            },
            read: ({ partition, records, next }) => this.#apply(feed, partition, records, next),
            failed: (error) => this.#report(error),
          },
          this.#stopped.signal,
        ),
      ),
    );
  }

  /** The topics that exist, and how far each is read. */
  topics(): readonly Topic[] {
    return [...this.#topics.values()];
  }

  /** Grows with each change of the view. */
  get version(): number {
    return this.#version;
  }

  /** Number of records still to be read, as of the last seconds. */
  get behind(): number {
    const left = ({ next, ends }: ReadTopic) =>
      ends.reduce((sum, end, partition) => sum + Math.max(0, end - next[partition]!), 0);
    return [...this.#topics.values()].reduce((sum, topic) => sum + left(topic), 0);
  }

  /** Of everything read so far. */
  position(): PagePosition {
    const parts = this.topics().flatMap(({ name, next }) =>
      next.map((offset, partition) => [partOf(name, partition), offset] as const),
    );
    return new Map(parts);
  }

  /** The JSON text of a listed post's record; undefined if it is gone. */
  async postText(coin: string, id: string): Promise<string | undefined> {
    const { part, offset } = this.view.postTag(coin, id) ?? {};
    if (part === undefined || offset === undefined) return undefined;
    const [topic, partition] = placeOf(part);
    for await (const { records } of this.#settings.log.read(topic, partition, offset))
      return records.find((record) => record.offset === offset)?.value ?? undefined;
    return undefined;
  }

  eventId(): string {
    return formatEventId(this.topics());
  }

  /** Resolves when everything was read once, or after `span`. */
  async ready(span: Millis): Promise<void> {
    const { clock } = this.#settings;
    const until = clock.monotonic() + span;
    while (!this.#isLoaded() && clock.monotonic() < until && !this.#stopped.signal.aborted)
      await clock.sleep(READY_CHECK_MS, this.#stopped.signal);
  }

  #isLoaded(): boolean {
    this.#loaded ||= this.#looked && this.behind === 0;
    return this.#loaded;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#reading;
  }

  async #apply(feed: PageFeed, partition: number, records: readonly StoredRecord[], next: number) {
    const { clock, pace, utilization } = this.#settings;
    const startedAt = clock.monotonic();
    const topic = this.#topics.get(feed)!;
    const part = partOf(topic.name, partition);
    for (const { key, value, offset } of records)
      this.view.apply(feed, key, value === null ? null : jsonOf(value), { part, offset });
    topic.next[partition] = next;
    this.#version += 1;
    const isFast = !this.#isLoaded() || (utilization?.() ?? 1) < RESTING;
    const current = isFast ? Math.max(pace, LOADING_PACE) : pace;
    const pauseMs = (clock.monotonic() - startedAt) * (1 / current - 1);
    // All partitions wait for one pause after the other; others get their turn even without one.
    this.#pause = this.#pause.then(() =>
      pauseMs >= 1 ? clock.sleep(pauseMs, this.#stopped.signal) : new Promise(setImmediate),
    );
    await this.#pause;
  }

  #report(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== this.#lastFailure) this.#settings.warn(`page: ${message}; reading again`);
    this.#lastFailure = message;
  }
}

const NOTHING = Object.freeze({});
/** A parsed value; an empty object, which the view ignores, if it is not JSON. */
function jsonOf(text: string) {
  try {
    return parseObject(text);
  } catch (error) {
    if (error instanceof InvalidRecord) return NOTHING;
    throw error;
  }
}
