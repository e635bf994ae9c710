import { type Option, text } from '../../core/option.ts';

/** The address of a service, for a stub or a gateway in its place: `https://host:port/path`, without a slash at its end. */
export function serviceUrl(flag: `--${string}`, service: string, fallback: string): Option<string> {
  return {
    ...text(flag, '<url>', `Address of ${service}.`, fallback),
    parse: (value) => {
      // Wherever it stands: what is before it may be a password that is not escaped.
      if (value.includes('@'))
        throw new RangeError(`write it without a user, a password or an '@'; as ${fallback}`);
      if (/[?#]/.test(value)) throw new RangeError(`write it without what follows ? or #; as ${fallback}`);
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
        throw new RangeError(`it is no address; write ${fallback}`);
      return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
    },
  };
}
