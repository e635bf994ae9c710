import { type Check, fail, ok, warn } from '../../core/check.ts';
import { UserError } from '../../core/errors.ts';
import { counted } from '../../core/text/numbers.ts';
import { DAY, SECOND } from '../../core/util/time.ts';
import { checkClock } from '../shared/http/clock-skew.ts';
import { HttpError } from '../shared/http/http-error.ts';
import { marketsOf } from '../shared/markets.ts';
import { openSocket } from '../shared/socket/text-socket.ts';
import type { SourceContext } from '../source.ts';
import { dumpMonths } from './dumps/dump-files.ts';
import { dumpHost } from './dumps/dump-host.ts';
import { type BinanceSettings, symbolsOf } from './read.ts';
import { binanceApi } from './rest/api.ts';
import { regionBlocked } from './rest/refusals.ts';
import { barLength } from './settings.ts';

function failedCheck(what: string, error: unknown, flag: string): Check {
  if (error instanceof UserError) return fail(what, error.message, error.hint);
  if (!(error instanceof HttpError)) throw error;
  if (error.status === 429 || error.status === 418)
    return warn(
      what,
      `too many requests from this address (${error.message})`,
      'Wait; other programs may share the address.',
    );
  if (error.status === 403)
    return fail(
      what,
      'a firewall blocks this address (HTTP 403)',
      'Wait some hours, or use another network; no key helps.',
    );
  return fail(what, error.message, `Check the network, HTTPS_PROXY and ${flag}.`);
}

async function* checkMarkets(settings: BinanceSettings, context: SourceContext): AsyncGenerator<Check> {
  const { coins, quote = 'usdt', binanceUrl } = settings;
  const api = binanceApi(binanceUrl, context);
  const service = `binance ${api.host}`;
  try {
    const { markets, answer } = await api.markets(symbolsOf(settings));
    yield ok(service, 'reached, no key needed');
    yield checkClock('binance', answer);
    const absent: string[] = [];
    const found = marketsOf({ exchange: 'binance', coins, quote }, markets, (text) => absent.push(text));
    yield ok(
      'binance markets',
      `${counted(found.length, 'market')}: ${found.map(({ symbol }) => symbol).join(', ')}`,
    );
    for (const text of absent)
      yield warn(
        'binance markets',
        text,
        'Remove the coin from --coin, or name another currency with --quote.',
      );
  } catch (error) {
    yield failedCheck(service, error, '--binance-url');
  } finally {
    await api.close();
  }
}

async function streamCheck({ binanceWsUrl }: BinanceSettings, context: SourceContext): Promise<Check> {
  const { host } = new URL(binanceWsUrl);
  const service = `binance ${host}`;
  try {
    const socket = await openSocket({ url: `${binanceWsUrl}/stream`, silenceMs: 45 * SECOND }, context);
    await socket.close();
    return ok(service, 'the stream opens');
  } catch (error) {
    const isBlocked = error instanceof HttpError && error.status === 451;
    return failedCheck(service, isBlocked ? regionBlocked(host) : error, '--binance-ws-url');
  }
}

/** Only `--since` reads the files of history. */
async function filesCheck(settings: BinanceSettings, context: SourceContext): Promise<Check> {
  const dumps = dumpHost(settings.binanceDumpsUrl, context);
  const service = `binance ${dumps.host}`;
  const [symbol = ''] = symbolsOf(settings);
  const yesterday = context.now() - DAY;
  try {
    const [files] = dumpMonths(symbol, barLength(settings), [yesterday, context.now()], context.now());
    // Yesterday's file may not be there yet: any answer shows that the host is reached.
    const sum = await dumps.checksum(files!.days[0]!);
    return ok(
      service,
      sum === undefined ? "reached; yesterday's file is not there yet" : 'the files of history are there',
    );
  } catch (error) {
    return failedCheck(service, error, '--binance-dumps-url');
  } finally {
    await dumps.close();
  }
}

/** Checks connectivity, the clock, the markets, the stream, and files with `--since`: without retries. */
export async function* checkBinance(
  settings: BinanceSettings,
  context: SourceContext,
): AsyncGenerator<Check> {
  yield* checkMarkets(settings, context);
  yield await streamCheck(settings, context);
  if (settings.since !== undefined) yield await filesCheck(settings, context);
}
