import { type Millis, SECOND } from '../../core/util/time.ts';
import type { Changes, History, PageSelection, StatusMessage } from '../model/wire.ts';

/** The server sends a status every two seconds: one that is silent for longer is gone, or frozen. */
const SILENCE_MS: Millis = 8 * SECOND;
const RETRY_MS: Millis = SECOND;

export type ConnectionState = 'loading' | 'live' | 'lost' | 'signed-out';

export interface ConnectionEvents {
  readonly loaded: (history: History) => void;
  readonly changed: (changes: Changes) => void;
  readonly status: (status: StatusMessage) => void;
  readonly state: (state: ConnectionState) => void;
}

const queryOf = (selection: Partial<PageSelection>): string =>
  new URLSearchParams({ ...selection }).toString();

/** Loads the history of a selection, then follows it. After a loss it continues by the id of the last event, so that it misses nothing. */
export class LiveConnection {
  readonly #events: ConnectionEvents;
  #asked: Partial<PageSelection> = {};
  #position = '';
  #source: EventSource | undefined;
  #lastSeen = 0;
  #generation = 0;

  constructor(events: ConnectionEvents) {
    this.#events = events;
    setInterval(() => this.#checkSilence(), SECOND);
  }

  /** Shows another selection; absent parts are chosen by the server. */
  async select(asked: Partial<PageSelection>): Promise<void> {
    const generation = ++this.#generation;
    this.#asked = asked;
    this.#source?.close();
    try {
      const response = await fetch(`/history?${queryOf(asked)}`, { cache: 'no-store' });
      if (generation !== this.#generation) return;
      if (response.status === 401) return this.#events.state('signed-out');
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const history = (await response.json()) as History;
      if (generation !== this.#generation) return;
      this.#asked = history.selection;
      this.#position = history.position;
      this.#events.loaded(history);
      this.#follow(generation);
    } catch {
      if (generation !== this.#generation) return;
      this.#events.state('lost');
      setTimeout(() => generation === this.#generation && this.select(asked), RETRY_MS);
    }
  }

  /** Connects by hand: EventSource gives up after some errors, and after others it retries without end. */
  #follow(generation: number): void {
    if (generation !== this.#generation) return;
    this.#source?.close();
    const source = new EventSource(
      `/events?${queryOf(this.#asked)}&after=${encodeURIComponent(this.#position)}`,
    );
    this.#source = source;
    this.#lastSeen = performance.now();
    const on = (name: string, handle: (data: unknown) => void) =>
      source.addEventListener(name, (event) => {
        if (source !== this.#source) return;
        this.#lastSeen = performance.now();
        if (event.lastEventId !== '') this.#position = event.lastEventId;
        handle(JSON.parse(event.data));
      });
    source.onopen = () => this.#events.state('live');
    on('changes', (data) => this.#events.changed(data as Changes));
    on('status', (data) => this.#events.status(data as StatusMessage));
    on('reset', () => void this.select(this.#asked));
    source.onerror = () => {
      if (source === this.#source) this.#lose(generation);
    };
  }

  #lose(generation: number): void {
    this.#source?.close();
    this.#source = undefined;
    this.#events.state('lost');
    setTimeout(() => void this.#retry(generation), RETRY_MS);
  }

  /** An EventSource does not tell a refused sign-in from a server that is away. */
  async #retry(generation: number): Promise<void> {
    const isSignedOut = await fetch('/', { method: 'HEAD', redirect: 'manual', cache: 'no-store' }).then(
      ({ type }) => type === 'opaqueredirect',
      () => false,
    );
    if (generation !== this.#generation) return;
    if (isSignedOut) this.#events.state('signed-out');
    else this.#follow(generation);
  }

  #checkSilence(): void {
    if (this.#source === undefined || performance.now() - this.#lastSeen < SILENCE_MS) return;
    this.#lose(this.#generation);
  }
}
