import type { Settings } from '../../../core/option.ts';
import type { Chunk, SourceContext } from '../../source.ts';
import { marketsOf, quoteCurrency } from '../markets.ts';
import { coins, since } from '../options.ts';
import { retryUntilStopped } from './page-requests.ts';
import { readTrades } from './read-trades.ts';
import type { TradeService } from './service.ts';

/** The options of every exchange that is read by trades. */
export const tradeOptions = { coins, quote: quoteCurrency, since };

export type TradeOptionSettings = Settings<typeof tradeOptions>;

/** The default quote currency of the markets. */
export const DEFAULT_QUOTE = 'usd';

/** Finds the markets of the coins, then reads their trades. Closes the service at the end. */
export async function* readExchange(
  service: TradeService,
  { coins, quote = DEFAULT_QUOTE, since, topic }: TradeOptionSettings & { readonly topic: string },
  context: SourceContext,
): AsyncGenerator<Chunk> {
  try {
    const { markets } = await retryUntilStopped(service.name, () => service.list(), context);
    const followed = marketsOf({ exchange: service.name, coins, quote }, markets, context.warn);
    yield* readTrades(service, { topic, markets: followed, since }, context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
  } finally {
    await service.close();
  }
}
