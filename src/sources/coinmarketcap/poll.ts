import type { Millis } from '../../core/util/time.ts';
import { polling, QuotaExhausted } from '../shared/poll/poller.ts';
import { SeenQuotes } from '../shared/poll/seen.ts';
import type { Chunk, SourceContext } from '../source.ts';
import { type Api, openApi } from './api.ts';
import { CreditBudget } from './credit-budget.ts';
import { type PollPosition, parsePlace, placeName } from './position.ts';
import { quoteRecords } from './records.ts';
import { rowsOf } from './rows.ts';
import { selectionOf } from './selection.ts';
import { SymbolResolver } from './symbol-resolver.ts';

export interface CmcSettings {
  readonly coins: readonly string[];
  readonly top: number;
  readonly convert: readonly string[];
  readonly every: Millis;
  readonly keepCached: boolean;
  /** Credits per month; 0: CoinMarketCap reports them. */
  readonly credits: number;
  readonly coinmarketcapUrl: string;
  readonly topic: string;
}

/** Polls CoinMarketCap until stopped. Its position contains the quotes written so far. */
export async function* pollCoinMarketCap(
  settings: CmcSettings,
  context: SourceContext,
): AsyncGenerator<Chunk> {
  const { coins, top, convert: converts, every, keepCached, topic } = settings;
  const name = placeName(topic);
  let storedText = await context.position(name);
  const stored = parsePlace(storedText);
  const seen = new SeenQuotes(stored.seen);
  const resolver = new SymbolResolver(context.warn);
  const selection = selectionOf({ top, coins, converts }, context.warn);
  const api = openApi(settings.coinmarketcapUrl, context);
  const metered: Pick<Api, 'get'> = {
    async get(path) {
      const received = await api.get(path);
      budget.spend(received.credits);
      return received;
    },
  };
  const budget = new CreditBudget(api, context, {
    every,
    monthly: settings.credits,
    cost: selection.cost,
    used: stored.used,
  });
  const writing = { topic, maxAheadMs: context.maxAheadMs, converts, keepCached, resolver, seen };
  let quotes = 0;
  let cached = 0;

  async function request() {
    try {
      await budget.allow();
      return await metered.get(await selection.path(metered));
    } catch (error) {
      if (error instanceof QuotaExhausted) budget.refused();
      throw error;
    }
  }

  async function ask(): Promise<Chunk> {
    const { data, credits, answer } = await request();
    budget.polled(credits);
    const written = quoteRecords(rowsOf(data), answer.askedAt, writing);
    quotes += written.quotes;
    cached += written.cached;
    const cachedNote = `${quotes === 0 ? 0 : Math.round((100 * cached) / quotes)} % cached`;
    context.quota?.(budget.note());
    context.status([cachedNote, budget.note()].filter((note) => note !== undefined).join(', '));
    const place: PollPosition = {
      seen: seen.snapshot(),
      used: settings.credits > 0 ? budget.used : undefined,
    };
    const value = JSON.stringify(place);
    const isMoved = value !== storedText;
    storedText = value;
    return {
      records: written.records,
      counts: countsOf({ cached: keepCached ? 0 : written.cached, 'same symbol': written.shadowed }),
      ...(isMoved && { position: { name, value } }),
    };
  }

  try {
    const { host } = new URL(settings.coinmarketcapUrl);
    const interval = () => budget.interval();
    yield* polling({ source: 'coinmarketcap', host, every, interval, ask }, context);
  } finally {
    await api.close();
  }
}

/** Leaves out zero counts. */
const countsOf = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
