import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Sent with every answer. No inline script or style, no other origin, no script from text. */
export const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** The name in a Host header, without its port and without the brackets of IPv6; undefined if it is not one. */
export function hostName(header: string | undefined): string | undefined {
  const [, ipv6, name] = /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::\d{1,5})?$/.exec(header ?? '') ?? [];
  return (ipv6 ?? name)?.toLowerCase();
}

/**
 * Whether a request may have been meant for this server. A web page elsewhere can make its own name resolve to this
 * machine (DNS rebinding), but it cannot have an IP address as its name.
 */
export function isOwnHost(header: string | undefined, names: readonly string[]): boolean {
  const name = hostName(header);
  return name !== undefined && (isIP(name) !== 0 || name === 'localhost' || names.includes(name));
}

/** Whether the address stays on this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const COOKIE = 'cryptopipe_page';

/** Both texts as hashes, so that the time of the comparison tells nothing, their lengths neither. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** The value of the cookie: the same after a restart, and it does not contain the token. */
const sessionOf = (token: string): string =>
  createHmac('sha256', token).update('cryptopipe page').digest('base64url');

export const isToken = (given: string, token: string): boolean => isSame(given, token);

/** For `set-cookie`. */
export const sessionCookie = (token: string): string =>
  `${COOKIE}=${sessionOf(token)}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000`;

/** Whether a request carries the token, as a bearer or by its cookie. */
export function isSignedIn({ headers }: Pick<IncomingMessage, 'headers'>, token: string): boolean {
  const [, bearer] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  if (bearer !== undefined) return isToken(bearer, token);
  const cookies = (headers.cookie ?? '').split(';').map((part) => part.trim());
  const session = cookies.find((part) => part.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  return session !== undefined && isSame(session, sessionOf(token));
}
