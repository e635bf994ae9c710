import { type Option, text } from '../../core/option.ts';

/** The URL of a service, or of a stub or gateway in its place: `https://host:port/path`, without a trailing slash. */
export function serviceUrl(flag: `--${string}`, service: string, fallback: string): Option<string> {
  return {
    ...text(flag, '<url>', `Address of ${service}.`, fallback),
    parse: (value) => {
      // Rejected anywhere: the text before it may be an unescaped password.
      if (value.includes('@'))
        throw new RangeError(`remove the user, password and '@'; for example ${fallback}`);
      if (/[?#]/.test(value))
        throw new RangeError(`remove everything from ? or # on; for example ${fallback}`);
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
        throw new RangeError(`not a URL; write for example ${fallback}`);
      return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
    },
  };
}
