import { type Option, text } from '../core/option.ts';

/** The address of a service, for a stub or a gateway in its place. */
export function serviceUrl(flag: `--${string}`, service: string, fallback: string): Option<string> {
  return {
    ...text(flag, '<url>', `Address of ${service}.`, fallback),
    parse: (value) => {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
        throw new RangeError(`it is no address; write ${fallback}`);
      if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
        throw new RangeError(`write it without a user, a password and what follows ?; as ${fallback}`);
      return value;
    },
  };
}
