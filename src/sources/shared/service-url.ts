import { type Flag, type Option, text } from '../../core/option.ts';

/** An option for an address; `schemes` match its protocol. */
function urlOption(flag: Flag, service: string, fallback: string, schemes: RegExp): Option<string> {
  return {
    ...text(flag, '<url>', `Address of ${service}.`, fallback),
    parse: (value) => {
      // Rejected anywhere: the text before it may be an unescaped password.
      if (value.includes('@'))
        throw new RangeError(`remove the user, password and '@'; for example ${fallback}`);
      if (/[?#]/.test(value))
        throw new RangeError(`remove everything from ? or # on; for example ${fallback}`);
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url === undefined || !schemes.test(url.protocol) || url.hostname === '')
        throw new RangeError(`not a URL; write for example ${fallback}`);
      return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
    },
  };
}

/** The URL of a service, or of a stub or gateway in its place: `https://host:port/path`, without a trailing slash. */
export const serviceUrl = (flag: Flag, service: string, fallback: string): Option<string> =>
  urlOption(flag, service, fallback, /^https?:$/);

/** The same for a WebSocket: `wss://host:port/path`. */
export const socketUrl = (flag: Flag, service: string, fallback: string): Option<string> =>
  urlOption(flag, `the stream of ${service}`, fallback, /^wss?:$/);
