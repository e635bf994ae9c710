import type { SinkContext } from '../sink.ts';

/** Where MongoDB is and who logs in. `uri` may hold credentials; `shown` never does. */
export interface Address {
  readonly uri: string;
  /** For messages: the scheme and the hosts. */
  readonly shown: string;
  readonly auth: { readonly username: string; readonly password: string } | undefined;
  /** A text of the driver's without the credentials of this address. */
  readonly hush: (text: string) => string;
}

export const DEFAULT_URL = 'mongodb://127.0.0.1:27017';
const SCHEME = /^mongodb(?:\+srv)?:\/\//;
/** Connection options that hold secrets. */
const SECRET_OPTION = /[?&](?:authMechanismProperties|tlsCertificateKeyFilePassword|proxyPassword)=/i;

/** What stands before the @, as it was typed; a password may hold a `/`. */
function userInfoOf(uri: string): string | undefined {
  const authority = uri.replace(SCHEME, '').split('?')[0]!;
  const at = authority.lastIndexOf('@');
  return at < 0 ? undefined : authority.slice(0, at);
}

/** `--url`: anyone on the machine can read a command line, so that no secret may stand in it. Throws RangeError. */
export function parseUrl(text: string): string {
  if (!SCHEME.test(text)) throw new RangeError('a MongoDB URL begins with mongodb:// or mongodb+srv://');
  if (userInfoOf(text) !== undefined || SECRET_OPTION.test(text))
    throw new RangeError(
      'holds credentials, which others can see here; set CRYPTOPIPE_MONGO_USER and CRYPTOPIPE_MONGO_PASSWORD, or the whole URL in MONGODB_URI',
    );
  return text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The typed URL, else that of MONGODB_URI or MONGO_URL (these may hold credentials), else the default. */
export function addressOf(url: string | undefined, secret: SinkContext['secret']): Address {
  const uri = url ?? secret('MONGODB_URI') ?? secret('MONGO_URL') ?? DEFAULT_URL;
  const username = secret('CRYPTOPIPE_MONGO_USER');
  const password = secret('CRYPTOPIPE_MONGO_PASSWORD');
  const userInfo = userInfoOf(uri);
  const typed = userInfo?.slice(userInfo.indexOf(':') + 1);
  const scheme = SCHEME.exec(uri)?.[0] ?? '';
  const shown =
    scheme +
    uri
      .replace(SCHEME, '')
      .slice(userInfo === undefined ? 0 : userInfo.length + 1)
      .split(/[/?]/)[0];
  const hidden = [uri, userInfo, typed, typed && decoded(typed), password];
  return {
    uri,
    shown,
    auth: username === undefined ? undefined : { username, password: password ?? '' },
    hush: (text) =>
      hidden.reduce(
        (kept: string, word) => (word && word !== shown ? kept.replaceAll(word, '***') : kept),
        text,
      ),
  };
}
