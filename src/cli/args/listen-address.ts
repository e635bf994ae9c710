import { type Flag, type Option, optionalText } from '../../core/option.ts';

export interface ListenAddress {
  /** Name or address; IPv6 without brackets. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

function parseAddress(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:\s/]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535)
    throw new RangeError(`'${text}' is not an address; write HOST:PORT, such as 127.0.0.1:9464`);
  return { host, port };
}

/** An address to serve on. */
export const listenOption = (flag: Flag, help: string): Option<ListenAddress | undefined> => ({
  ...optionalText(flag, '<host:port>', help),
  fallback: undefined,
  parse: parseAddress,
});
