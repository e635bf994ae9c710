const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * The user and password of a URL as typed: everything between its scheme and its last `@`. Messages must show none of it.
 * (A parser looks for the `@` only before the first `/`, `?` or `#`, which an unescaped password may contain.)
 */
export function userInfoOf(url: string): string | undefined {
  const rest = url.replace(SCHEME, '');
  const at = rest.lastIndexOf('@');
  return at < 0 ? undefined : rest.slice(0, at);
}

/** Whether a URL parser finds the same user and password. It also accepts an `@` and a second `:`. */
export const parsesUnchanged = (userInfo: string): boolean =>
  !/[\s/\\?#[\]]|%(?![0-9a-f]{2})/i.test(userInfo);

/** Whether every reserved character is escaped (RFC 3986, 3.2.1). */
export const isEscaped = (userInfo: string): boolean =>
  parsesUnchanged(userInfo) && /^[^@:]*(?::[^@:]*)?$/.test(userInfo);

/** The hint for a user or password that is not escaped. */
export const ESCAPES =
  "Escape reserved characters: write %40 for '@', %3A for ':', %2F for '/', %3F for '?', %23 for '#' and %25 for '%'.";
