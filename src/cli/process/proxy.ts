import { UserError } from '../../core/errors.ts';
import { ESCAPES, parsesAsTyped, userInfoOf } from '../../core/text/user-info.ts';
import type { Io } from './io.ts';

/** `example.org` and `.example.org` of NO_PROXY name a host and those below it; `*` all. */
const isNamed = (host: string, list: string): boolean =>
  list
    .split(/[\s,]+/)
    .map((name) =>
      name
        .toLowerCase()
        .replace(/:\d+$/, '')
        .replace(/^\*?\./, ''),
    )
    .some((name) => name !== '' && (name === '*' || host === name || host.endsWith(`.${name}`)));

const NAMES = ['HTTPS_PROXY', 'https_proxy'] as const;
const named = (env: Io['env']) => NAMES.find((name) => env[name]);
const exceptions = (env: Io['env']): string => env.NO_PROXY ?? env.no_proxy ?? '';

/**
 * Throws Problem `usage` when the proxy of live services has no address that can be used, or one with parts that would
 * not be used. It may hold a password: it is not told.
 */
export function checkProxy(env: Io['env']): void {
  const name = named(env);
  if (name === undefined || isNamed('', exceptions(env))) return;
  const proxy = env[name]!;
  const userInfo = userInfoOf(proxy);
  if (userInfo !== undefined && !parsesAsTyped(userInfo))
    throw new UserError('usage', `${name} holds a user or password that is not escaped`, ESCAPES);
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '') {
    if (url.pathname === '/' && !/[?#]/.test(proxy)) return;
    throw new UserError(
      'usage',
      `${name} holds more than the address of a proxy`,
      'Leave out what follows the port: http://HOST:PORT.',
    );
  }
  throw new UserError(
    'usage',
    `${name} is no address of a proxy`,
    'Write it as http://HOST:PORT, where needed with USER:PASSWORD@ before HOST; what has a meaning in URLs as %XX.',
  );
}

/** The proxy that HTTPS_PROXY (or https_proxy) names for an https URL, unless NO_PROXY names its host. */
export function proxyFor(url: string, env: Io['env']): string | undefined {
  const { protocol, hostname } = new URL(url);
  const name = named(env);
  if (protocol !== 'https:' || name === undefined) return undefined;
  return isNamed(hostname, exceptions(env)) ? undefined : env[name];
}
