import { UserError } from '../../../core/errors.ts';
import { formatTime, type Millis } from '../../../core/util/time.ts';
import type { Chunk, SourceContext } from '../../source.ts';
import { gapRecord } from '../gaps.ts';
import { HttpError } from '../http/http-error.ts';
import { noUsableAnswer, TRIES, withRetries } from '../http/retries.ts';
import { ticks } from './ticks.ts';
import { waitUntil } from './wait.ts';

/** The paid quota is used up; polling must pause until `until`. */
export class QuotaExhausted extends Error {
  override readonly name = 'QuotaExhausted';
  constructor(
    message: string,
    readonly until: Millis,
  ) {
    super(message);
  }
}

/** A source that polls its service. */
export interface Poller {
  readonly source: string;
  /** The service's host, for network troubleshooting: `api.wallex.ir`. */
  readonly host: string;
  readonly every: Millis;
  /** A longer time between polls, when needed. */
  readonly interval?: () => Millis;
  /** The last answer of an earlier run; the time since then is a gap if a whole period passed without an answer. */
  readonly lastAnswer?: Millis | undefined;
  /** One request and its records. Throws HttpError to retry, QuotaExhausted to pause, UserError to stop. */
  ask(): Promise<Chunk>;
}

/** Consecutive failures before warning about a service that has answered before; without an earlier answer, warn at once. */
const PASSING_TRIES = 3;

/** Only a whole period without an answer makes a gap. */
const missedTick = (tick: Millis, poller: Poller, now: Millis): boolean => now >= tick + periodOf(poller);

const periodOf = ({ every, interval }: Poller): Millis => Math.max(every, interval?.() ?? 0);

/** Polls on the grid until stopped. After a time without answers, the next answer carries a gap marker. */
export async function* polling(poller: Poller, context: SourceContext): AsyncGenerator<Chunk> {
  const { source, host, every, interval } = poller;
  const { signal, once, now, warn, info, status } = context;
  let lastGood = poller.lastAnswer ?? now();
  let missed = missedTick(lastGood + periodOf(poller), poller, now()) ? 'restart' : undefined;
  let hasAnswered = false;
  let isLogged = false;
  for await (const tick of ticks(every, context, interval)) {
    let failure: string | undefined;
    const failed = ({ message, isUnreached }: HttpError, tried: number): void => {
      failure = message;
      status(`${source}: ${message}, try ${tried} of ${TRIES}`);
      if (isLogged || !isUnreached || (hasAnswered && tried < PASSING_TRIES)) return;
      isLogged = true;
      warn(`${source}: ${host} cannot be reached: ${message}; trying again`);
    };
    try {
      const { records, ...chunk } = await withRetries(poller.ask, failed, context);
      if (failure !== undefined && missedTick(tick, poller, now())) missed ??= failure;
      if (missed !== undefined || isLogged) info(`${source} answers${hasAnswered ? ' again' : ''}`);
      hasAnswered = true;
      isLogged = false;
      if (missed === undefined) yield { ...chunk, records };
      else {
        const gap = gapRecord({ source, from: lastGood, to: now(), reason: missed, backfilled: false });
        yield { ...chunk, records: [gap, ...records] };
      }
      missed = undefined;
      lastGood = now();
    } catch (error) {
      if (signal.aborted) return;
      const reason = await handleError(error);
      missed ??= reason;
    }
  }

  /** Waits or throws as the error requires; returns the gap's reason. */
  async function handleError(error: unknown): Promise<string> {
    if (error instanceof QuotaExhausted) {
      const { message, until } = error;
      if (once)
        throw new UserError('unavailable', `${source}: ${message}`, `Try again after ${formatTime(until)}.`);
      warn(`${source}: ${message}; polling pauses until ${formatTime(until)}`);
      status(`${source}: ${message}`);
      await waitUntil(until, context);
      return message;
    }
    if (!(error instanceof HttpError)) throw error;
    if (once) throw noUsableAnswer(source, error);
    warn(`${source}: no answer in ${TRIES} attempts (${error.message}); continuing with the next poll`);
    return error.message;
  }
}
