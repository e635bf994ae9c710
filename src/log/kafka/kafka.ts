import { type Admin, type KafkaConfig, Kafka as KafkaJs, logLevel } from 'kafkajs';
import type { Clock } from '../../core/util/clock.ts';
import { formatSpan, type Millis } from '../../core/util/time.ts';
import { withTimeout } from '../../core/util/timeout.ts';
import { topicDeletedError } from '../log.ts';
import { clientOptions } from './client/client.ts';
import { Connection } from './client/connection.ts';
import { clusterUnreachable, errorType, fatalError, rootCause } from './client/kafka-errors.ts';
import { ReadAhead } from './client/read-ahead.ts';
import type { KafkaContext, KafkaSettings } from './settings/settings.ts';

/** Shortest and longest wait between retries. */
const FIRST_WAIT_MS: Millis = 50;
const LONGEST_WAIT_MS: Millis = 2000;
/** Failures shorter than this are not logged. */
const WARN_AFTER_MS: Millis = 3000;

/** A topic unknown for less than this may still be propagating; after that it counts as deleted. */
const UNKNOWN_MS: Millis = 10_000;

export interface KafkaRetryOptions {
  readonly signal?: AbortSignal;
  readonly pass?: (error: unknown) => boolean;
  readonly topic?: string;
  readonly waitMs?: Millis;
}

/** A cluster with its settings, connections and retry loop. */
export class Kafka {
  readonly #connections = new Set<Connection>();
  /** Number of steps that have been retrying for longer than WARN_AFTER_MS; they share one warning. */
  #retrying = 0;
  /** The current warning; not repeated until a step succeeds while no other is retrying. */
  #warning: string | undefined;
  /** Shared by short requests: offsets, metadata. */
  readonly shared: Connection;
  readonly readAhead: ReadAhead;

  constructor(
    readonly settings: KafkaSettings,
    readonly context: KafkaContext,
    readonly clock: Clock,
  ) {
    this.shared = this.openConnection();
    this.readAhead = new ReadAhead(settings.fetchBytes);
  }

  openConnection(): Connection {
    const connection = new Connection(this.settings);
    this.#connections.add(connection);
    return connection;
  }

  /** Closes a connection that is no longer needed. */
  closeConnection(connection: Connection): void {
    this.#connections.delete(connection);
    connection.close();
  }

  /**
   * Runs a step until it succeeds, with growing waits. Refreshes the metadata between tries; after a network error it
   * also drops the sockets. Throws UserError at once for errors that a retry cannot fix, UserError `unavailable` after
   * `maxWaitMs`, even during a step, and the last error when the signal aborts or the connection is closed. `pass`:
   * errors that the caller handles. `topic`: named in errors. `waitMs`: long-poll time, added to the limit.
   */
  async retry<T>(
    connection: Connection,
    step: () => Promise<T>,
    { signal, pass, topic, waitMs = 0 }: KafkaRetryOptions = {},
  ): Promise<T> {
    const { clock, settings, context } = this;
    const startedAt = clock.monotonic();
    let warned = false;
    let last: unknown = new Error('no response');
    const onTimeout = (): never => {
      throw last;
    };
    try {
      for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
        try {
          const left = Math.max(1, context.maxWaitMs + waitMs - (clock.monotonic() - startedAt));
          const answer = await withTimeout(clock, left, step(), onTimeout);
          if (this.#warning !== undefined && this.#retrying === (warned ? 1 : 0)) {
            this.#warning = undefined;
            context.warn('kafka responds again');
          }
          return answer;
        } catch (error) {
          last = error;
          if (signal?.aborted || connection.closed.aborted || pass?.(error)) throw error;
          const fatal = fatalError(error, settings);
          if (fatal !== undefined) throw fatal;
          const waited = clock.monotonic() - startedAt;
          if (errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION' && waited >= UNKNOWN_MS)
            throw topicDeletedError(topic);
          if (waited >= context.maxWaitMs)
            throw clusterUnreachable(error, settings, formatSpan(Math.round(waited / 1000) * 1000));
          if (!warned && waited >= WARN_AFTER_MS) {
            warned = true;
            this.#retrying += 1;
            if (this.#warning === undefined) {
              this.#warning = `kafka does not respond (${rootCause(error)?.message}); retrying`;
              context.warn(this.#warning);
            }
          }
          if (isNetworkError(error)) connection.drop();
          else await connection.refresh().catch(() => connection.drop());
          await clock.sleep(Math.min(wait, Math.max(1, context.maxWaitMs - waited)), signal);
          if (signal?.aborted || connection.closed.aborted) throw error;
        }
      }
    } finally {
      if (warned) this.#retrying -= 1;
    }
  }

  /** Runs cluster-wide requests with kafkajs's public admin client. */
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
    return this.retry(this.shared, step, pass ? { pass } : {});
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
    this.#connections.clear();
  }
}

/** A socket error or timeout rather than an error response from a broker. */
function isNetworkError(error: unknown): boolean {
  return rootCause(error)?.type === undefined;
}
