/** A scheme and the slashes behind it, as URLs begin. */
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * The user and password of a URL as they were typed: all between its scheme and its last `@`, wherever that stands.
 * Nothing in front of it may be shown: a password that is not escaped holds the `/`, `?` and `#` that a parser takes for
 * the end of the host.
 */
export function userInfoOf(url: string): string | undefined {
  const rest = url.replace(SCHEME, '');
  const at = rest.lastIndexOf('@');
  return at < 0 ? undefined : rest.slice(0, at);
}

/** Whether a parser finds the end of this user and password where it is. An `@` and a further `:` are as good parsed. */
export const endsWhereItSeems = (userInfo: string): boolean =>
  !/[\s/\\?#[\]]|%(?![0-9a-f]{2})/i.test(userInfo);

/** Whether every character with a meaning in URLs is escaped (RFC 3986, 3.2.1). */
export const isEscaped = (userInfo: string): boolean =>
  endsWhereItSeems(userInfo) && /^[^@:]*(?::[^@:]*)?$/.test(userInfo);

/** The remedy for one that is not. */
export const ESCAPES =
  "Escape what has a meaning in URLs: write %40 for '@', %3A for ':', %2F for '/', %3F for '?', %23 for '#' and %25 for '%'.";
