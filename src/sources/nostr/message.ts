import { InvalidRecord } from '../../core/stream/record.ts';
import { LONGEST_LINE, parseJson, preview } from '../../core/util/json.ts';

/** A message of a relay (NIP-01, NIP-42). */
export type RelayMessage =
  | { readonly type: 'event'; readonly subscription: string; readonly event: unknown }
  /** All stored events were sent. */
  | { readonly type: 'eose'; readonly subscription: string }
  /** The relay ended a subscription, or never began it. */
  | { readonly type: 'closed'; readonly subscription: string; readonly reason: string }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'auth' }
  /** A type that this client does not use. */
  | { readonly type: 'other' };

/** Throws InvalidRecord for a text that is no message. */
export function parseRelayMessage(text: string): RelayMessage {
  const parts = parseJson(text, LONGEST_LINE);
  if (!Array.isArray(parts) || typeof parts[0] !== 'string')
    throw new InvalidRecord(`${preview(parts)} is not a message of a relay`);
  const [type, first, second] = parts as readonly unknown[];
  const subscription = typeof first === 'string' ? first : '';
  switch (type) {
    case 'EVENT':
      return { type: 'event', subscription, event: second };
    case 'EOSE':
      return { type: 'eose', subscription };
    case 'CLOSED':
      return { type: 'closed', subscription, reason: typeof second === 'string' ? second : '' };
    case 'NOTICE':
      return { type: 'notice', text: typeof first === 'string' ? first : '' };
    case 'AUTH':
      return { type: 'auth' };
    default:
      return { type: 'other' };
  }
}
