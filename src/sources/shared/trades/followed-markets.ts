import { UserError } from '../../../core/errors.ts';
import type { NewRecord } from '../../../core/stream/record.ts';
import { counted } from '../../../core/text/numbers.ts';
import { formatTime, type Millis } from '../../../core/util/time.ts';
import { type Chunk, latestTime, type SourceContext } from '../../source.ts';
import type { Market } from '../markets.ts';
import { quoteHeaders } from '../quote-record.ts';
import { OutageTracker } from './outages.ts';
import { formatPositions, type MarketPositions, tradesPositionName } from './positions.ts';
import { tradeRecord } from './records.ts';
import { type Hole, TradeSequence } from './sequence.ts';
import type { FilledHole, ReceivedTrade, Trade, TradeEvent, TradePage } from './service.ts';

/** A page without the next trade is asked for again this often: the service's history may lag its stream. */
const MOST_STALE_PAGES = 5;

interface Followed {
  readonly market: Market;
  readonly sequence: TradeSequence;
  /** From the latest heartbeat: the trade itself may still be under way. */
  heartbeatId: number;
  /** The current connection has told the newest trade. */
  isProved: boolean;
  /** Pages in a row without the next trade. */
  stalePages: number;
}

/** Missing trades of a market. */
export interface MarketHole extends Hole {
  readonly symbol: string;
  /** How often the service has answered without them. */
  readonly stalePages: number;
}

export interface FollowedSettings {
  readonly source: string;
  /** May hold QUOTE_PLACEHOLDERS; as the user wrote it, it names the stored position. */
  readonly topic: string;
  readonly markets: readonly Market[];
  readonly positions: MarketPositions;
}

/** The trades of the followed markets, from the stream and from pages, as chunks with their position. */
export class FollowedMarkets {
  readonly outages: OutageTracker;
  readonly #settings: FollowedSettings;
  readonly #context: SourceContext;
  readonly #headers;
  readonly #followed: Map<string, Followed>;
  #lastFilled: string | undefined;
  #records: NewRecord[] = [];
  #counts: Record<string, number> = {};

  constructor(settings: FollowedSettings, context: SourceContext) {
    const { source, markets, positions } = settings;
    this.#settings = settings;
    this.#context = context;
    this.#headers = quoteHeaders(source);
    this.#followed = new Map(
      markets.map((market) => [
        market.symbol,
        {
          market,
          sequence: new TradeSequence(positions.get(market.symbol)),
          heartbeatId: Number.NEGATIVE_INFINITY,
          isProved: false,
          stalePages: 0,
        },
      ]),
    );
    const seen = markets.flatMap(({ symbol }) => positions.get(symbol)?.seen ?? []);
    this.outages = new OutageTracker(source, Math.min(context.now(), ...seen));
    if (seen.length > 0) this.outages.disconnected('restart');
  }

  get symbols(): readonly string[] {
    return [...this.#followed.keys()];
  }

  /** The sequence of a market that is followed. */
  sequenceOf(symbol: string): TradeSequence | undefined {
    return this.#followed.get(symbol)?.sequence;
  }

  connected(at: Millis): void {
    const begun: string[] = [];
    for (const [symbol, followed] of this.#followed) {
      followed.isProved = false;
      followed.heartbeatId = Number.NEGATIVE_INFINITY;
      if (followed.sequence.last !== undefined) begun.push(symbol);
    }
    this.#add(this.outages.connected(at, begun));
  }

  /** Takes an event of the stream that was received at `at`. */
  accept(event: Extract<TradeEvent, { readonly symbol: string }>, at: Millis): void {
    const followed = this.#followed.get(event.symbol);
    if (followed === undefined) this.#count('other market');
    else if (event.kind === 'trades') this.#acceptTrades(followed, event.trades, event.isSnapshot, at);
    else if (event.kind === 'heartbeat') this.#acceptHeartbeat(followed, event.lastId, at);
    else this.#unfollow(event.symbol, event.reason);
  }

  /** Takes the answer to a request for missing trades. */
  acceptFilled({ symbol, page }: FilledHole, at: Millis): void {
    const followed = this.#followed.get(symbol);
    this.#lastFilled = symbol;
    if (followed === undefined) return;
    if (page === undefined) this.#giveUp(followed, Number.POSITIVE_INFINITY);
    else this.#acceptPage(followed, page, at);
    this.#prove(followed);
  }

  /** Missing trades of a market; markets take turns. */
  nextHole(): MarketHole | undefined {
    const symbols = this.symbols;
    const start = symbols.indexOf(this.#lastFilled ?? '') + 1;
    for (const symbol of [...symbols.slice(start), ...symbols.slice(0, start)]) {
      const { sequence, stalePages } = this.#followed.get(symbol)!;
      const hole = sequence.missing();
      if (hole !== undefined) return { ...hole, symbol, stalePages };
    }
    return undefined;
  }

  /** A reject of the stream. */
  reject(record: NewRecord): void {
    this.#records.push(record);
  }

  get hasRecords(): boolean {
    return this.#records.length > 0;
  }

  /** What has been taken since the last call, with the position after it. */
  chunk(): Chunk {
    const { source, topic, positions } = this.#settings;
    const stored = new Map(positions);
    const seen = this.outages.resumeFrom;
    for (const [symbol, { sequence }] of this.#followed)
      if (sequence.last !== undefined) stored.set(symbol, { ...sequence.last, seen });
    const [records, counts] = [this.#records, this.#counts];
    [this.#records, this.#counts] = [[], {}];
    const position = { name: tradesPositionName(source, topic), value: formatPositions(stored) };
    return { records, counts, position };
  }

  #acceptTrades(followed: Followed, trades: readonly Trade[], isSnapshot: boolean, at: Millis): void {
    const { sequence } = followed;
    const newest = trades.at(-1);
    if (newest === undefined) return;
    if (isSnapshot && sequence.last === undefined) sequence.begin(newest);
    if (!isSnapshot && sequence.isJump(trades[0]!.id)) this.#noteMissed(followed, at);
    const last = sequence.last?.id ?? Number.NEGATIVE_INFINITY;
    this.#count('repeat', trades.filter(({ id }) => id <= last).length * (isSnapshot ? 0 : 1));
    this.#write(followed, sequence.take(trades, at));
    followed.isProved = true;
    this.#prove(followed);
  }

  #acceptPage(followed: Followed, { trades, through }: TradePage, at: Millis): void {
    const { sequence } = followed;
    const before = sequence.last?.id;
    this.#write(followed, sequence.take(trades, at));
    if (sequence.last?.id !== before || sequence.missing() === undefined) followed.stalePages = 0;
    else if (++followed.stalePages >= MOST_STALE_PAGES) this.#giveUp(followed, through);
  }

  #acceptHeartbeat(followed: Followed, lastId: number, at: Millis): void {
    const { sequence, heartbeatId } = followed;
    followed.heartbeatId = lastId;
    if (sequence.last === undefined || heartbeatId === Number.NEGATIVE_INFINITY) return;
    if (sequence.isJump(heartbeatId + 1)) this.#noteMissed(followed, at);
    sequence.announce(heartbeatId);
    followed.isProved = true;
    this.#prove(followed);
  }

  /** The stream has left out trades of a market. */
  #noteMissed({ market, sequence }: Followed, at: Millis): void {
    this.outages.missed(market.symbol, Math.min(sequence.last!.time, at), at);
  }

  /** Closes a market's outage if no trade is missing. */
  #prove({ market, sequence, isProved }: Followed): void {
    if (isProved && sequence.missing() === undefined) this.#add(this.outages.complete(market.symbol));
  }

  #giveUp(followed: Followed, through: number): void {
    const { market, sequence } = followed;
    const hole = sequence.missing();
    if (hole === undefined) return;
    const { source } = this.#settings;
    const next = Math.min(hole.before, through + 1);
    const missing = next - hole.after.id - 1;
    if (missing <= 0) {
      if (followed.stalePages === MOST_STALE_PAGES)
        this.#context.warn(`${source}: the history of ${market.symbol} lags behind its stream; asking again`);
      return;
    }
    followed.stalePages = 0;
    this.#context.warn(
      `${source}: the service has no ${counted(missing, 'trade')} of ${market.symbol} after ${formatTime(hole.after.time)}; topic gaps has the span`,
    );
    this.outages.incomplete();
    this.#write(followed, sequence.skip(next));
  }

  #unfollow(symbol: string, reason: string): void {
    const { source } = this.#settings;
    this.#followed.delete(symbol);
    if (this.#followed.size === 0)
      throw new UserError(
        'unavailable',
        `${source} streams none of the markets: ${reason}`,
        'Name other coins with --coin, or another currency with --quote.',
      );
    this.#context.warn(`${source}: ${symbol} is not read any more: ${reason}`);
    this.#add(this.outages.complete(symbol));
  }

  #write({ market }: Followed, trades: readonly ReceivedTrade[]): void {
    const { source, topic } = this.#settings;
    const latest = latestTime(this.#context);
    const origin = { source, market, topic, headers: this.#headers, latest };
    for (const trade of trades) this.#records.push(tradeRecord(trade, origin));
    const [first] = trades;
    if (first !== undefined && !Number.isNaN(first.time)) this.outages.recovered(market.symbol, first.time);
  }

  #add(markers: readonly NewRecord[]): void {
    this.#records.push(...markers);
  }

  #count(reason: string, count = 1): void {
    if (count > 0) this.#counts[reason] = (this.#counts[reason] ?? 0) + count;
  }
}
