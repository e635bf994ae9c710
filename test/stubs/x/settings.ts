import type { Clock } from '../../../src/core/util/clock.ts';
import type { Millis } from '../../../src/core/util/time.ts';
import type { Cutting } from './connection.ts';
import type { Endpoint } from './plan.ts';
import type { Request } from './request-log.ts';

export interface XStubSettings {
  /** 0: any. */
  readonly port?: number;
  readonly clock?: Clock;
  /** Tokens that are accepted; without it any is. The one that a login gives is accepted always. */
  readonly tokens?: readonly string[];
  /** Consumer key and secret that may log in. */
  readonly consumer?: { readonly key: string; readonly secret: string };
  readonly ruleCap?: number;
  readonly ruleLength?: number;
  /** Streams that may be open at once. */
  readonly connections?: number;
  /** Connects in 15 minutes; 0: any number. */
  readonly connectLimit?: number;
  /** Calls for rules in 15 minutes; 0: any number. */
  readonly rulesLimit?: number;
  /** 0: only by hand. */
  readonly keepAliveMs?: Millis;
  /** The plan has `backfill_minutes`; else it is refused. */
  readonly backfill?: boolean;
  readonly cutting?: Cutting;
  readonly spelling?: 'tweet' | 'post';
  readonly seed?: number;
  /** Invented posts, for ever; 0: only by hand. */
  readonly postsPerSecond?: number;
}

/** What a login is given. */
export const APP_TOKEN = 'stub-app-token';

/** Whether a request has a key that the stub accepts. */
export function isKnown(
  { headers: { authorization = '' } }: Request,
  endpoint: Endpoint,
  { tokens, consumer }: XStubSettings,
): boolean {
  if (endpoint === 'login') {
    const pair = Buffer.from(String(authorization).replace(/^Basic /, ''), 'base64').toString();
    const expected = consumer && `${encodeURIComponent(consumer.key)}:${encodeURIComponent(consumer.secret)}`;
    return pair === expected;
  }
  const token = /^Bearer (.+)$/.exec(String(authorization))?.[1];
  if (token === undefined) return false;
  return token === APP_TOKEN || (tokens?.includes(token) ?? consumer === undefined);
}
