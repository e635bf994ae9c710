import { UserError } from '../../core/errors.ts';
import { ESCAPES, parsesUnchanged, userInfoOf } from '../../core/text/user-info.ts';
import type { Io } from './io.ts';

/** In NO_PROXY, `example.org` and `.example.org` match the host and its subdomains; `*` matches all. */
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
 * Throws UserError `usage` if the proxy address for live services is invalid or has parts that would be ignored. The error
 * never quotes the address: it may contain a password.
 */
export function checkProxy(env: Io['env']): void {
  const name = named(env);
  if (name === undefined || isNamed('', exceptions(env))) return;
  const proxy = env[name]!;
  const userInfo = userInfoOf(proxy);
  if (userInfo !== undefined && !parsesUnchanged(userInfo))
    throw new UserError('usage', `${name} contains a user or password that is not escaped`, ESCAPES);
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '') {
    if (url.pathname === '/' && !/[?#]/.test(proxy)) return;
    throw new UserError(
      'usage',
      `${name} contains more than a proxy address`,
      'Remove everything after the port: http://HOST:PORT.',
    );
  }
  throw new UserError(
    'usage',
    `${name} is not a proxy address`,
    'Write http://HOST:PORT, with USER:PASSWORD@ before HOST if needed, and special characters as %XX.',
  );
}

/** The proxy from HTTPS_PROXY (or https_proxy) for an https URL, unless NO_PROXY matches its host. */
export function proxyFor(url: string, env: Io['env']): string | undefined {
  const { protocol, hostname } = new URL(url);
  const name = named(env);
  if (protocol !== 'https:' || name === undefined) return undefined;
  return isNamed(hostname, exceptions(env)) ? undefined : env[name];
}
