import { readKeys } from '../../shared/keys.ts';
import type { SourceContext } from '../../source.ts';
import { KEY_HINT } from './classify-error.ts';
import { XApiError } from './error.ts';
import { appLogin, type Endpoint } from './x-client.ts';

/** The first complete set is used: X's own names, then names used by older projects. */
export const SECRETS: readonly (readonly string[])[] = [
  ['X_BEARER_TOKEN'],
  ['BEARER_TOKEN'],
  ['TWITTER_BEARER_TOKEN'],
  ['X_CONSUMER_KEY', 'X_CONSUMER_SECRET'],
  ['TWITTERCONSUMERKEY', 'TWITTERCONSUMERSECRET'],
];

export interface Access {
  readonly endpoint: Endpoint;
  /** The bearer token; logs in first when given a key and a secret. Throws XApiError, UserError `usage`. */
  token(): Promise<string>;
}

/** Throws UserError `usage` when a key is missing or malformed. */
export function accessTo(url: string, context: SourceContext): Access {
  const secrets = [...readKeys(SECRETS, context.secret, 'X', KEY_HINT)];
  const proxy = url.startsWith('https:') ? context.proxy(url) : undefined;
  const base = url.replace(/\/+$/, '');
  const endpoint: Endpoint = { url: base, proxy, sleep: context.sleep, now: context.now, secrets };
  const [first, second] = secrets as [string, string?];
  return {
    endpoint,
    async token() {
      if (second === undefined) return first;
      try {
        const token = await appLogin(endpoint, first, second);
        secrets.push(token);
        return token;
      } catch (error) {
        // X answers 403 to a wrong key pair here; treat it as a bad key, not as a plan limit.
        if (error instanceof XApiError && error.status === 403)
          throw new XApiError(error.message, 401, error.fields);
        throw error;
      }
    },
  };
}
