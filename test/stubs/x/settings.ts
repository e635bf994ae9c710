import type { Clock } from '../../../src/core/util/clock.ts';
import type { Millis } from '../../../src/core/util/time.ts';
import type { Cutting } from './connection.ts';
import type { Endpoint } from './plan.ts';
import type { Request } from './request-log.ts';

export interface XStubSettings {
  /** 0: any. */
  readonly port?: number;
  readonly clock?: Clock;
  /** Accepted tokens; by default any. The token of a login is always accepted. */
  readonly tokens?: readonly string[];
  /** Consumer key and secret that may log in. */
  readonly consumer?: { readonly key: string; readonly secret: string };
  readonly ruleCap?: number;
  readonly ruleLength?: number;
  /** Streams that may be open at once. */
  readonly connections?: number;
  /** Stream requests per 15 minutes; 0: no limit. */
  readonly connectLimit?: number;
  /** Rule requests per 15 minutes; 0: no limit. */
  readonly rulesLimit?: number;
  /** 0: only by hand. */
  readonly keepAliveMs?: Millis;
  /** Whether the plan includes `backfill_minutes`. */
  readonly backfill?: boolean;
  readonly cutting?: Cutting;
  readonly spelling?: 'tweet' | 'post';
  readonly seed?: number;
  /** Rate of invented posts; 0: only by hand. */
  readonly postsPerSecond?: number;
}

/** The token that a login returns. */
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
