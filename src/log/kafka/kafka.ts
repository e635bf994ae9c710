import { type Admin, type KafkaConfig, Kafka as KafkaJs, logLevel } from 'kafkajs';
import type { Clock } from '../../core/util/clock.ts';
import { formatSpan, type Millis } from '../../core/util/time.ts';
import { withTimeout } from '../../core/util/timeout.ts';
import { goneProblem } from '../log.ts';
import { clientOptions } from './client/client.ts';
import { Connection } from './client/connection.ts';
import { fatalProblem, rootOf, typeOf, unreachable } from './client/errors.ts';
import { ReadAhead } from './client/read-ahead.ts';
import type { KafkaSettings, Opener } from './settings/settings.ts';

/** The first wait before another try, and the longest. */
const FIRST_WAIT_MS: Millis = 50;
const LONGEST_WAIT_MS: Millis = 2000;
/** Trouble that passes sooner than this is not worth a line. */
const SAY_AFTER_MS: Millis = 3000;

/** A topic that is unknown for less is new, and spreading; for longer it was deleted. */
const UNKNOWN_MS: Millis = 10_000;

export interface Persistence {
  readonly signal?: AbortSignal;
  readonly pass?: (error: unknown) => boolean;
  readonly topic?: string;
  readonly waitMs?: Millis;
}

/** A cluster, how it is to be used, and the patience with it. */
export class Kafka {
  readonly #links = new Set<Connection>();
  /** Steps that have waited long enough to say so: one line for all of them. */
  #waiting = 0;
  /** That line. It is not said again before an answer came to a step while none waited. */
  #told: string | undefined;
  /** Shared by short questions: offsets, metadata. */
  readonly shared: Connection;
  readonly readAhead: ReadAhead;

  constructor(
    readonly settings: KafkaSettings,
    readonly opener: Opener,
    readonly clock: Clock,
  ) {
    this.shared = this.link();
    this.readAhead = new ReadAhead(settings.fetchBytes);
  }

  link(): Connection {
    const link = new Connection(this.settings);
    this.#links.add(link);
    return link;
  }

  /** A link that is not needed any more. */
  unlink(link: Connection): void {
    this.#links.delete(link);
    link.close();
  }

  /**
   * Runs a step until it succeeds, with growing waits. Between tries the link forgets what it knew of leaders; after an
   * error of the network it gives its sockets up as well. Throws Problem at once for what no second try mends, Problem
   * `unavailable` after `patienceMs`, also in the middle of a step, and the last error when the signal aborts or the
   * link is closed. `pass`: errors that the caller handles; `topic`: what it is about; `waitMs`: the broker may take so
   * long on purpose, which is not held against it.
   */
  async persist<T>(
    link: Connection,
    step: () => Promise<T>,
    { signal, pass, topic, waitMs = 0 }: Persistence = {},
  ): Promise<T> {
    const { clock, settings, opener } = this;
    const begun = clock.monotonic();
    let said = false;
    let last: unknown = new Error('no answer came');
    const late = (): never => {
      throw last;
    };
    try {
      for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
        try {
          const left = Math.max(1, opener.patienceMs + waitMs - (clock.monotonic() - begun));
          const answer = await withTimeout(clock, left, step(), late);
          if (this.#told !== undefined && this.#waiting === (said ? 1 : 0)) {
            this.#told = undefined;
            opener.warn('kafka answers again');
          }
          return answer;
        } catch (error) {
          last = error;
          if (signal?.aborted || link.closed.aborted || pass?.(error)) throw error;
          const fatal = fatalProblem(error, settings);
          if (fatal !== undefined) throw fatal;
          const waited = clock.monotonic() - begun;
          if (typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION' && waited >= UNKNOWN_MS)
            throw goneProblem(topic);
          if (waited >= opener.patienceMs)
            throw unreachable(error, settings, formatSpan(Math.round(waited / 1000) * 1000));
          if (!said && waited >= SAY_AFTER_MS) {
            said = true;
            this.#waiting += 1;
            if (this.#told === undefined) {
              this.#told = `kafka does not answer (${rootOf(error)?.message}); trying again`;
              opener.warn(this.#told);
            }
          }
          if (isOfTheNetwork(error)) link.drop();
          else await link.refresh().catch(() => link.drop());
          await clock.sleep(Math.min(wait, Math.max(1, opener.patienceMs - waited)), signal);
          if (signal?.aborted || link.closed.aborted) throw error;
        }
      }
    } finally {
      if (said) this.#waiting -= 1;
    }
  }

  /** Questions and orders for the cluster as a whole, by kafkajs's public client. */
  async admin<T>(use: (admin: Admin) => Promise<T>, pass?: (error: unknown) => boolean): Promise<T> {
    const step = async () => {
      const options = {
        ...clientOptions(this.settings),
        logLevel: logLevel.NOTHING,
      } as unknown as KafkaConfig;
      const admin = new KafkaJs(options).admin();
      try {
        await admin.connect();
        return await use(admin);
      } finally {
        await admin.disconnect().catch(() => {});
      }
    };
    return this.persist(this.shared, step, pass ? { pass } : {});
  }

  close(): void {
    for (const link of this.#links) link.close();
    this.#links.clear();
  }
}

/** Not an answer of a broker's: the socket, a time-out, a broker that is gone. */
function isOfTheNetwork(error: unknown): boolean {
  return rootOf(error)?.type === undefined;
}
