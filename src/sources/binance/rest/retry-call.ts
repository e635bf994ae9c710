import { UserError } from '../../../core/errors.ts';
import { doublingDelay } from '../../../core/util/retry.ts';
import { formatTime, HOUR, MINUTE, type Millis, SECOND } from '../../../core/util/time.ts';
import { HttpError } from '../../shared/http/http-error.ts';
import { TRIES } from '../../shared/http/retries.ts';
import { wait } from '../../shared/poll/wait.ts';
import { backoff, type Delays } from '../../shared/socket/backoff.ts';
import type { SourceContext } from '../../source.ts';

/** The longest wait that `--once` accepts. */
const LONGEST_WAIT_ONCE_MS: Millis = 2 * MINUTE;

type Cause = 'network' | 'limit' | 'blocked';

const DELAYS: Readonly<Record<Cause, Delays>> = {
  network: { after: doublingDelay(SECOND, 30 * SECOND) },
  limit: { after: doublingDelay(MINUTE, 5 * MINUTE) },
  blocked: { after: doublingDelay(5 * MINUTE, HOUR) },
};

const causeOf = ({ status }: HttpError): Cause =>
  status === 429 || status === 418 ? 'limit' : status === 403 ? 'blocked' : 'network';

const WHY: Readonly<Record<Cause, string>> = {
  network: 'no usable answer',
  limit: 'too many requests from this address',
  blocked: 'a firewall blocks this address; it is a block, not a missing key',
};

/**
 * Repeats a step until it succeeds. Throws UserError `unavailable` under `--once` when the service stays away, and the last
 * HttpError after a stop.
 */
export type RetryCall = <T>(step: () => Promise<T>) => Promise<T>;

/**
 * Repeats a step that fails with an HttpError: after exactly the wait that Binance asks for, else after a growing one.
 * Names each cause once, until an answer comes.
 */
export function retrying(host: string, context: SourceContext): RetryCall {
  const { now, signal, once, warn, info, status, random } = context;
  return async (step) => {
    const delays = backoff(DELAYS, random);
    const named = new Set<Cause>();
    for (let tried = 1; ; tried++) {
      try {
        const answer = await step();
        if (named.size > 0) info(`binance: ${host} answers again`);
        if (tried > 1) status(undefined);
        return answer;
      } catch (error) {
        if (!(error instanceof HttpError) || signal.aborted) throw error;
        const cause = causeOf(error);
        const waitMs = error.waitMs > 0 ? error.waitMs : delays.next(cause);
        const until = formatTime(now() + waitMs);
        if (once && (tried === TRIES || waitMs > LONGEST_WAIT_ONCE_MS))
          throw new UserError(
            'unavailable',
            `binance: ${WHY[cause]} (${error.message})`,
            `Try again after ${until}, or run: cryptopipe doctor sources --source binance.`,
            true,
          );
        if (!named.has(cause) && (cause !== 'network' || tried >= 3))
          warn(`binance: ${host}: ${WHY[cause]} (${error.message}); asking again at ${until}`);
        if (cause !== 'network' || tried >= 3) named.add(cause);
        status(`binance: ${error.message}; asking again at ${until}`);
        await wait(waitMs, context);
        if (signal.aborted) throw error;
      }
    }
  };
}
