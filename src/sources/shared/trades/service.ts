import type { Millis } from '../../../core/util/time.ts';
import type { HttpAnswer } from '../http/client.ts';
import type { Market } from '../markets.ts';
import type { Delays } from '../socket/backoff.ts';

/** A trade in the sequence of its market. Fields that the service sent wrong are NaN or undefined: it becomes a reject. */
export interface Trade {
  /** Each market numbers its trades without holes. */
  readonly id: number;
  readonly time: Millis;
  readonly price: number;
  /** In units of the base currency. */
  readonly size: number;
  /** Side of the taker. */
  readonly side: 'buy' | 'sell' | undefined;
  /** As the service sent it, for rejects. */
  readonly raw: unknown;
}

/** `receivedAt`: when the service sent it. */
export interface ReceivedTrade extends Trade {
  readonly receivedAt: Millis;
}

/** Where the reading of a market stands: after this trade. */
export type TradeRef = Pick<Trade, 'id' | 'time'>;

/** What one message of the stream says. */
export type TradeEvent =
  /** A snapshot holds the newest trades at the time of the subscription. */
  | {
      readonly kind: 'trades';
      readonly symbol: string;
      readonly trades: readonly Trade[];
      readonly isSnapshot: boolean;
    }
  /** The id of the newest trade. */
  | { readonly kind: 'heartbeat'; readonly symbol: string; readonly lastId: number }
  /** The service does not stream this market. `retries`: subscribe to the others again, since all were refused. */
  | {
      readonly kind: 'refused';
      readonly symbol: string;
      readonly reason: string;
      readonly retries: boolean;
    }
  /** The service announced its state; undefined: as usual. */
  | { readonly kind: 'state'; readonly note: string | undefined }
  /** The connection is useless from here on. */
  | { readonly kind: 'failed'; readonly cause: EndCause; readonly reason: string };

/** Why a connection ended or failed; each has its own delays. */
export type EndCause = 'connection' | 'rate limit' | 'maintenance' | 'block';

/** Trades of a market after a position. */
export interface TradePage {
  /** Oldest first. */
  readonly trades: readonly Trade[];
  /** The page holds every trade that the service has up to this id. */
  readonly through: number;
}

/** The answer to a request for missing trades; `page` is undefined when the service will never have them. */
export interface FilledHole {
  readonly symbol: string;
  readonly page: TradePage | undefined;
}

/** The markets that an exchange lists, and the answer that they came in. */
export interface Listing {
  readonly markets: readonly Market[];
  readonly answer: HttpAnswer;
}

/** An exchange whose trades have consecutive numbers. Requests throw HttpError, and UserError where a retry is useless. */
export interface TradeService {
  /** The source's name. */
  readonly name: string;
  readonly socketUrl: string;
  /** The service sends something at least this often. */
  readonly silenceMs: Millis;
  readonly delays: Readonly<Record<EndCause, Delays>>;
  /** The messages that subscribe to these markets. */
  subscribe(symbols: readonly string[]): readonly string[];
  /** Throws InvalidRecord. */
  read(text: string): readonly TradeEvent[];
  list(): Promise<Listing>;
  /** The newest trade; undefined for a market that never traded. */
  newest(symbol: string): Promise<Trade | undefined>;
  /** Trades after a position and before an id. */
  page(symbol: string, after: TradeRef, before: number): Promise<TradePage>;
  /** The position before the first trade at or after this time. */
  seek(symbol: string, time: Millis): Promise<TradeRef | undefined>;
  close(): Promise<void>;
}
