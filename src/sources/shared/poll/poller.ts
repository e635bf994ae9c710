import { UserError } from '../../../core/errors.ts';
import { formatTime, type Millis } from '../../../core/util/time.ts';
import type { Chunk, SourceContext } from '../../source.ts';
import { gapRecord } from '../gaps.ts';
import { HttpError } from '../http/http-error.ts';
import { TRIES, withRetries } from '../http/retries.ts';
import { ticks } from './ticks.ts';
import { waitUntil } from './wait.ts';

/** The service gives nothing more until a time: what was paid for is used up. */
export class QuotaExhausted extends Error {
  override readonly name = 'Spent';
  constructor(
    message: string,
    readonly until: Millis,
  ) {
    super(message);
  }
}

/** A source that asks its service again and again. */
export interface Poller {
  readonly source: string;
  /** Of the service, for who has to look at the network: `api.wallex.ir`. */
  readonly host: string;
  readonly every: Millis;
  /** The time wanted between two polls, when it is longer. */
  readonly interval?: () => Millis;
  /** One request and its records. Throws Trouble to be asked again, Spent to be left alone, Problem to stop. */
  ask(): Promise<Chunk>;
}

/** Failed tries in a row after which one that has answered before is said to be away; one that never has, is at once. */
const PASSING_TRIES = 3;

/** A tick that passed by without an answer makes a gap; troubles within a period do not. */
const passedBy = (tick: Millis, { every, interval }: Poller, now: Millis): boolean =>
  now >= tick + Math.max(every, interval?.() ?? 0);

/** Polls on the grid for as long as it lasts; a time without answers is marked as a gap once there are some again. */
export async function* polling(poller: Poller, context: SourceContext): AsyncGenerator<Chunk> {
  const { source, host, every, interval } = poller;
  const { signal, once, now, warn, info, status } = context;
  let lastGood = now();
  let missed: string | undefined;
  let hasAnswered = false;
  let isSaid = false;
  for await (const tick of ticks(every, context, interval)) {
    let trouble: string | undefined;
    const failed = ({ message, isUnreached }: HttpError, tried: number): void => {
      trouble = message;
      status(`${source}: ${message}, try ${tried} of ${TRIES}`);
      if (isSaid || !isUnreached || (hasAnswered && tried < PASSING_TRIES)) return;
      isSaid = true;
      warn(`${source}: ${host} cannot be reached: ${message}; trying again`);
    };
    try {
      const { records, ...chunk } = await withRetries(poller.ask, failed, context);
      if (trouble !== undefined && passedBy(tick, poller, now())) missed ??= trouble;
      if (missed !== undefined || isSaid) info(`${source} answers${hasAnswered ? ' again' : ''}`);
      hasAnswered = true;
      isSaid = false;
      if (missed === undefined) yield { ...chunk, records };
      else {
        const gap = gapRecord({ source, from: lastGood, to: now(), reason: missed, backfilled: false });
        yield { ...chunk, records: [gap, ...records] };
      }
      missed = undefined;
      lastGood = now();
    } catch (error) {
      if (signal.aborted) return;
      const reason = await standing(error);
      missed ??= reason;
    }
  }

  /** What to do about an error, and the gap's reason. */
  async function standing(error: unknown): Promise<string> {
    if (error instanceof QuotaExhausted) {
      const { message, until } = error;
      if (once)
        throw new UserError('unavailable', `${source}: ${message}`, `Try again after ${formatTime(until)}.`);
      warn(`${source}: ${message}; it is left alone until ${formatTime(until)}`);
      status(`${source}: ${message}`);
      await waitUntil(until, context);
      return message;
    }
    if (!(error instanceof HttpError)) throw error;
    if (once)
      throw new UserError(
        'unavailable',
        `${source}: no good answer: ${error.message}`,
        'See what `cryptopipe doctor sources` says, or try again later.',
        true,
      );
    warn(`${source}: no answer in ${TRIES} tries (${error.message}); going on with the next poll`);
    return error.message;
  }
}
