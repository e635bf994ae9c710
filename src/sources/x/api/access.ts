import { readKeys } from '../../shared/keys.ts';
import type { SourceContext } from '../../source.ts';
import { KEY_REMEDY } from './classify-error.ts';
import { appLogin, type Reach } from './client.ts';
import { XApiError } from './error.ts';

/** A complete set of these is needed, the first one counts: X's names, and those of the projects that are taken over. */
export const SECRETS: readonly (readonly string[])[] = [
  ['X_BEARER_TOKEN'],
  ['BEARER_TOKEN'],
  ['TWITTER_BEARER_TOKEN'],
  ['X_CONSUMER_KEY', 'X_CONSUMER_SECRET'],
  ['TWITTERCONSUMERKEY', 'TWITTERCONSUMERSECRET'],
];

export interface Access {
  readonly reach: Reach;
  /** The bearer token, which a login gets first where there are a key and a secret. Throws Trouble, Problem `usage`. */
  token(): Promise<string>;
}

/** Throws Problem `usage` without keys, or with one that cannot be sent. */
export function accessTo(url: string, context: SourceContext): Access {
  const secrets = [...readKeys(SECRETS, context.secret, 'X', KEY_REMEDY)];
  const proxy = url.startsWith('https:') ? context.proxy(url) : undefined;
  const base = url.replace(/\/+$/, '');
  const reach: Reach = { url: base, proxy, sleep: context.sleep, now: context.now, secrets };
  const [first, second] = secrets as [string, string?];
  return {
    reach,
    async token() {
      if (second === undefined) return first;
      try {
        const token = await appLogin(reach, first, second);
        secrets.push(token);
        return token;
      } catch (error) {
        // A wrong pair is a 403 here: that is about the key, not about the plan.
        if (error instanceof XApiError && error.status === 403)
          throw new XApiError(error.message, 401, error.said);
        throw error;
      }
    },
  };
}
