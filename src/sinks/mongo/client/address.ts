import { UserError } from '../../../core/errors.ts';
import { ESCAPES, isEscaped, userInfoOf } from '../../../core/text/user-info.ts';
import type { SinkContext } from '../../sink.ts';

/** Where MongoDB is and who logs in. `uri` may hold credentials; `shown` never does. */
export interface MongoAddress {
  readonly uri: string;
  /** For messages: the scheme and the hosts. */
  readonly shown: string;
  readonly auth: { readonly username: string; readonly password: string } | undefined;
  /** The database that is written to. */
  readonly database: string;
  /** A text of the driver's without the credentials of this address. */
  readonly redact: (text: string) => string;
}

export const DEFAULT_URL = 'mongodb://127.0.0.1:27017';
const SCHEME = /^mongodb(?:\+srv)?:\/\//;
/** A name, an IPv6 address in brackets or an escaped path of a socket; its port is a number. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[^\s:[\]]+)(?::\d{1,5})?$/i;
/** Connection options that hold secrets. */
const SECRET_OPTION = /[?&](?:authMechanismProperties|tlsCertificateKeyFilePassword|proxyPassword)=/i;

/** MongoDB's own: a URL names them as the place of its users. */
const OWN_DATABASES = ['admin', 'config', 'local', '$external'];
const DEFAULT_DATABASE = 'tweets';

/** Throws RangeError. */
export function parseDatabase(name: string): string {
  if (/^[^\s/\\."$*<>:|?\0]{1,63}$/.test(name)) return name;
  throw new RangeError(`'${name}' is no name of a database; write up to 63 letters, digits, '_' and '-'`);
}

/** The database in a URL's path; undefined for none. */
const pathOf = (uri: string, userInfo: string | undefined): string | undefined =>
  /^[^/?]*\/([^?]+)/.exec(
    uri.replace(SCHEME, '').slice(userInfo === undefined ? 0 : userInfo.length + 1),
  )?.[1];

const unusable = (message: string): UserError =>
  new UserError('usage', message, 'Name the database with --db, and leave it out of the URL.');

/**
 * The database of `--db`, else that of the URL's path, else the default. One of MongoDB's own in a URL with a user tells
 * where that user is kept. Throws Problem `usage` for a path that would not be used.
 */
function databaseOf(
  { url, db }: Pick<AddressSettings, 'url' | 'db'>,
  path: string | undefined,
  hasUser: boolean,
): string {
  const named = path === undefined ? undefined : decoded(path);
  if (named === undefined) return db ?? DEFAULT_DATABASE;
  if (OWN_DATABASES.includes(named)) {
    if (hasUser || (db !== undefined && url === undefined)) return db ?? DEFAULT_DATABASE;
    throw unusable(`the MongoDB URL names the database ${named}, which is MongoDB's own`);
  }
  try {
    parseDatabase(named);
  } catch (error) {
    throw unusable(`the path of the MongoDB URL: ${(error as Error).message}`);
  }
  if (url !== undefined && db !== undefined && db !== named)
    throw unusable(`--url names the database ${named}, and --db ${db}`);
  return db ?? named;
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

export interface AddressSettings {
  /** `--url`. */
  readonly url: string | undefined;
  /** `--db`. */
  readonly db?: string | undefined;
}

/**
 * The typed URL, else that of MONGODB_URI or MONGO_URL (these may hold credentials), else the default. Throws Problem
 * `usage` for one with a part that cannot be used.
 */
export function addressOf({ url, db }: AddressSettings, secret: SinkContext['secret']): MongoAddress {
  const uri = url ?? secret('MONGODB_URI') ?? secret('MONGO_URL') ?? DEFAULT_URL;
  const username = secret('CRYPTOPIPE_MONGO_USER');
  const password = secret('CRYPTOPIPE_MONGO_PASSWORD');
  const userInfo = userInfoOf(uri);
  if (userInfo !== undefined && !isEscaped(userInfo))
    throw new UserError('usage', 'the MongoDB URL holds a user or password that is not escaped', ESCAPES);
  if (uri.includes('#'))
    throw new UserError('usage', "the MongoDB URL holds a '#'", 'Leave out what follows it, or write %23.');
  const hosts = uri
    .replace(SCHEME, '')
    .slice(userInfo === undefined ? 0 : userInfo.length + 1)
    .split(/[/?]/)[0]!;
  if (!hosts.split(',').every((host) => HOST.test(host)))
    throw new UserError(
      'usage',
      'the MongoDB URL names a server that is not HOST:PORT',
      'Write mongodb://HOST:PORT, with USER:PASSWORD@ before HOST where they are needed.',
    );
  const typed = userInfo?.slice(userInfo.indexOf(':') + 1);
  const scheme = SCHEME.exec(uri)?.[0] ?? '';
  const shown = scheme + hosts;
  const hidden = [uri, userInfo, typed, typed && decoded(typed), password];
  return {
    uri,
    shown,
    database: databaseOf(
      { url, db },
      pathOf(uri, userInfo),
      userInfo !== undefined || username !== undefined,
    ),
    auth: username === undefined ? undefined : { username, password: password ?? '' },
    redact: (text) =>
      hidden.reduce(
        (kept: string, word) => (word && word !== shown ? kept.replaceAll(word, '***') : kept),
        text,
      ),
  };
}
