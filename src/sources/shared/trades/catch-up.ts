import type { Millis } from '../../../core/util/time.ts';
import type { Chunk, SourceContext } from '../../source.ts';
import type { FollowedMarkets } from './followed-markets.ts';
import { requestPage, retryUntilStopped } from './page-requests.ts';
import type { TradeService } from './service.ts';

/** Begins markets without a position before their first trade at or after `since`. */
export async function seekStart(
  service: TradeService,
  followed: FollowedMarkets,
  since: Millis,
  context: SourceContext,
): Promise<void> {
  const { name } = service;
  for (const symbol of followed.symbols) {
    const sequence = followed.sequenceOf(symbol)!;
    if (sequence.last !== undefined) {
      context.info(`${name}: ${symbol} goes on from its stored position; --since is for markets without one`);
      continue;
    }
    const found = await retryUntilStopped(name, () => service.seek(symbol, since), context);
    if (found !== undefined) sequence.begin(found);
  }
}

/** Reads the trades up to now by requests. A market without a position gives its newest trade. */
export async function* catchUpTrades(
  service: TradeService,
  followed: FollowedMarkets,
  context: SourceContext,
): AsyncGenerator<Chunk> {
  const { now, signal } = context;
  followed.connected(now());
  for (const symbol of followed.symbols) {
    const newest = await retryUntilStopped(service.name, () => service.newest(symbol), context);
    if (newest === undefined) continue;
    const isSnapshot = followed.sequenceOf(symbol)?.last !== undefined;
    followed.accept({ kind: 'trades', symbol, trades: [newest], isSnapshot }, now());
    yield followed.chunk();
  }
  for (;;) {
    const hole = followed.nextHole();
    context.behind?.(hole !== undefined);
    if (hole === undefined || signal.aborted) return;
    followed.acceptFilled(await requestPage(service, hole, context), now());
    yield followed.chunk();
  }
}
