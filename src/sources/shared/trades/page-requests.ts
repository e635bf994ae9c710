import { UserError } from '../../../core/errors.ts';
import { doublingDelay } from '../../../core/util/retry.ts';
import { formatTime } from '../../../core/util/time.ts';
import type { SourceContext } from '../../source.ts';
import { HttpError } from '../http/http-error.ts';
import { noUsableAnswer, TRIES, withRetries } from '../http/retries.ts';
import { wait } from '../poll/wait.ts';
import type { MarketHole } from './followed-markets.ts';
import type { FilledHole, TradeService } from './service.ts';

/** Before a page that came without the next trade is asked for again. */
const delayAfter = doublingDelay(1000, 30_000);

/**
 * Runs a request until it succeeds. Under `once` throws UserError `unavailable` after as many attempts as a poll has; else
 * it warns and goes on. Throws HttpError only once the source stops.
 */
export async function retryUntilStopped<T>(
  source: string,
  request: () => Promise<T>,
  context: SourceContext,
): Promise<T> {
  const { signal, once, warn, info, status } = context;
  let isWarned = false;
  for (;;) {
    try {
      const answer = await withRetries(
        request,
        ({ message }, tried) => status(`${source}: ${message}, try ${tried} of ${TRIES}`),
        context,
      );
      if (isWarned) info(`${source} answers again`);
      return answer;
    } catch (error) {
      if (!(error instanceof HttpError) || signal.aborted) throw error;
      if (once) throw noUsableAnswer(source, error);
      if (!isWarned) warn(`${source}: no answer in ${TRIES} attempts (${error.message}); trying again`);
      isWarned = true;
    }
  }
}

/** Asks for the next page of missing trades. Throws what `retryUntilStopped` throws. */
export async function requestPage(
  service: TradeService,
  { symbol, after, before, stalePages }: MarketHole,
  context: SourceContext,
): Promise<FilledHole> {
  if (stalePages > 0) await wait(delayAfter(stalePages), context);
  context.status(`${service.name}: filling ${symbol} from ${formatTime(after.time)}`);
  try {
    const page = await retryUntilStopped(service.name, () => service.page(symbol, after, before), context);
    return { symbol, page };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'usage') throw error;
    context.warn(`${service.name}: ${error.message}`);
    return { symbol, page: undefined };
  } finally {
    context.status(undefined);
  }
}
