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

/** The proxy that HTTPS_PROXY (or https_proxy) names for an https URL, unless NO_PROXY names its host. */
export function proxyFor(url: string, env: Io['env']): string | undefined {
  const { protocol, hostname } = new URL(url);
  const proxy = env.HTTPS_PROXY || env.https_proxy;
  if (protocol !== 'https:' || !proxy) return undefined;
  return isNamed(hostname, env.NO_PROXY ?? env.no_proxy ?? '') ? undefined : proxy;
}
