import { isObject, numberOf } from '../../core/util/json.ts';
import { type HttpAnswer, httpClient } from '../shared/http/client.ts';
import type { SourceContext } from '../source.ts';

/** What a relay says of itself (NIP-11). */
export interface RelayInfo {
  readonly name: string | undefined;
  /** The most events of one request; undefined if unknown. */
  readonly maxLimit: number | undefined;
  readonly maxFilters: number | undefined;
  /** Why it is not open to everyone; undefined if it is. */
  readonly restriction: string | undefined;
}

const countIn = (value: unknown): number | undefined => {
  const count = numberOf(value ?? Number.NaN);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
};

export function readRelayInfo(body: unknown): RelayInfo {
  const { name, limitation } = isObject(body) ? body : {};
  const limits = isObject(limitation) ? limitation : {};
  return {
    name: typeof name === 'string' ? name : undefined,
    maxLimit: countIn(limits.max_limit),
    maxFilters: countIn(limits.max_filters),
    restriction:
      limits.auth_required === true
        ? 'it wants a login'
        : limits.payment_required === true
          ? 'it wants to be paid'
          : undefined,
  };
}

/** Asks a relay for its information. Throws HttpError when it gives none. */
export async function askRelayInfo(
  url: string,
  context: SourceContext,
): Promise<{ readonly info: RelayInfo; readonly answer: HttpAnswer }> {
  const { origin, pathname } = new URL(url.replace(/^ws/, 'http'));
  const client = httpClient(origin, context);
  try {
    const answer = await client.get(pathname, { accept: 'application/nostr+json' });
    return { info: readRelayInfo(answer.status === 200 ? answer.body : undefined), answer };
  } finally {
    await client.close();
  }
}
