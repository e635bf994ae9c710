import { doublingDelay } from '../../core/util/retry.ts';
import { MINUTE, type Millis, SECOND } from '../../core/util/time.ts';
import { HttpError } from '../shared/http/http-error.ts';
import { backoff } from '../shared/socket/backoff.ts';
import { ConnectionLost, SubscriptionClosed } from './connection.ts';

type Cause = 'network' | 'rate' | 'service';

/** Why a relay is not read at the moment. */
export interface RelayFailure {
  readonly cause: Cause;
  readonly reason: string;
  readonly waitMs: Millis;
  /** The relay refuses this client: no retry helps. */
  readonly isFinal: boolean;
}

/** Prefixes of CLOSED that mean a refusal (NIP-01, NIP-42). */
const REFUSALS: readonly string[] = [
  'auth-required',
  'blocked',
  'invalid',
  'mute',
  'payment-required',
  'pow',
  'restricted',
  'unsupported',
];
/** HTTP statuses that mean the same. */
const REFUSED_STATUS: readonly number[] = [401, 402, 403, 451];

function ofSubscription({ reason, message }: SubscriptionClosed): RelayFailure {
  const prefix = /^([a-z-]+):/.exec(reason)?.[1] ?? '';
  const cause = prefix === 'rate-limited' ? 'rate' : 'service';
  return { cause, reason: message, waitMs: 0, isFinal: REFUSALS.includes(prefix) };
}

/** Undefined for an error that did not come from the relay. */
export function failureOf(error: unknown): RelayFailure | undefined {
  if (error instanceof SubscriptionClosed) return ofSubscription(error);
  if (error instanceof ConnectionLost)
    return { cause: 'network', reason: error.message, waitMs: 0, isFinal: false };
  if (!(error instanceof HttpError)) return undefined;
  const { message: reason, waitMs, status, isUnreached } = error;
  const isFinal = status !== undefined && REFUSED_STATUS.includes(status);
  return { cause: status === 429 ? 'rate' : isUnreached ? 'network' : 'service', reason, waitMs, isFinal };
}

/** The waits between connections to one relay. */
export const relayWaits = (random: () => number) =>
  backoff<Cause>(
    {
      network: { after: doublingDelay(SECOND, MINUTE) },
      rate: { after: doublingDelay(10 * SECOND, 10 * MINUTE) },
      service: { after: doublingDelay(5 * SECOND, 5 * MINUTE) },
    },
    random,
  );
