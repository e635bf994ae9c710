import { type Check, fail, ok } from '../../core/check.ts';
import { InvalidRecord } from '../../core/stream/record.ts';
import { counted } from '../../core/text/numbers.ts';
import { type HttpAnswer, httpClient } from '../shared/http/client.ts';
import { checkClock } from '../shared/http/clock-skew.ts';
import { HttpError } from '../shared/http/http-error.ts';
import type { SourceContext } from '../source.ts';
import { MARKETS_HINT, type Markets, readMarkets, toQuote } from './markets.ts';

interface Asked {
  readonly symbols: readonly string[];
  readonly wallexUrl: string;
}

function checkMarket(markets: Markets, symbol: string, { askedAt }: HttpAnswer): Check {
  const what = `wallex market ${symbol}`;
  try {
    const { price, quote } = toQuote(markets, symbol, askedAt);
    return ok(what, `${price} ${quote}`);
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return fail(what, error.message, MARKETS_HINT);
  }
}

/** Checks connectivity, the clock and the requested markets with one request, without retries. */
export async function* checkWallex(
  { symbols, wallexUrl }: Asked,
  context: SourceContext,
): AsyncGenerator<Check> {
  const client = httpClient(wallexUrl, context);
  const service = `wallex ${new URL(wallexUrl).host}`;
  try {
    const answer = await client.get('/v1/markets');
    const markets = readMarkets(answer);
    yield ok(service, `reached, ${counted(Object.keys(markets).length, 'market')}`);
    yield checkClock('wallex', answer);
    for (const symbol of symbols) yield checkMarket(markets, symbol, answer);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    yield fail(service, error.message, 'Check the network, HTTPS_PROXY and --wallex-url.');
  } finally {
    await client.close();
  }
}
