import { UserError } from '../../../core/errors.ts';
import { ESCAPES, isEscaped, userInfoOf } from '../../../core/text/user-info.ts';
import type { SinkContext } from '../../sink.ts';

/** Where MongoDB is and who logs in. `uri` may hold credentials; `shown` never does. */
export interface MongoAddress {
  readonly uri: string;
  /** Scheme and hosts, for messages. */
  readonly shown: string;
  readonly auth: { readonly username: string; readonly password: string } | undefined;
  /** The database to write to. */
  readonly database: string;
  /** Masks the credentials of this address in a text of the driver. */
  readonly redact: (text: string) => string;
}

export const DEFAULT_URL = 'mongodb://127.0.0.1:27017';
const SCHEME = /^mongodb(?:\+srv)?:\/\//;
/** A name, an IPv6 address in brackets or an escaped socket path; an optional numeric port. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[^\s:[\]]+)(?::\d{1,5})?$/i;
/** Connection options that hold secrets. */
const SECRET_OPTION = /[?&](?:authMechanismProperties|tlsCertificateKeyFilePassword|proxyPassword)=/i;

/** MongoDB's own databases; in a URL they name where its users are stored. */
const OWN_DATABASES = ['admin', 'config', 'local', '$external'];
const DEFAULT_DATABASE = 'tweets';

/** Throws RangeError. */
export function parseDatabase(name: string): string {
  if (/^[^\s/\\."$*<>:|?\0]{1,63}$/.test(name)) return name;
  throw new RangeError(`'${name}' is not a valid database name; use up to 63 letters, digits, '_' and '-'`);
}

/** The database in a URL's path; undefined if there is none. */
const pathOf = (uri: string, userInfo: string | undefined): string | undefined =>
  /^[^/?]*\/([^?]+)/.exec(
    uri.replace(SCHEME, '').slice(userInfo === undefined ? 0 : userInfo.length + 1),
  )?.[1];

const unusable = (message: string): UserError =>
  new UserError('usage', message, 'Name the database with --db and remove it from the URL.');

/**
 * The database of `--db`, else the one in the URL's path, else the default. One of MongoDB's own databases in a URL with a
 * user names where that user is stored. Throws UserError `usage` for a path that would be ignored.
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
    throw unusable(`the MongoDB URL names the database ${named}, which belongs to MongoDB itself`);
  }
  try {
    parseDatabase(named);
  } catch (error) {
    throw unusable(`the path of the MongoDB URL: ${(error as Error).message}`);
  }
  if (url !== undefined && db !== undefined && db !== named)
    throw unusable(`--url names the database ${named}, but --db names ${db}`);
  return db ?? named;
}

/** Parses `--url`. Refuses secrets, because anyone on the machine can read a command line. Throws RangeError. */
export function parseUrl(text: string): string {
  if (!SCHEME.test(text)) throw new RangeError('a MongoDB URL starts with mongodb:// or mongodb+srv://');
  if (userInfoOf(text) !== undefined || SECRET_OPTION.test(text))
    throw new RangeError(
      'contains credentials, which other users can see on a command line; set CRYPTOPIPE_MONGO_USER and CRYPTOPIPE_MONGO_PASSWORD, or the whole URL in MONGODB_URI',
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
 * The URL of `--url`, else of MONGODB_URI or MONGO_URL (which may contain credentials), else the default. Throws
 * UserError `usage` for an invalid URL.
 */
export function addressOf({ url, db }: AddressSettings, secret: SinkContext['secret']): MongoAddress {
  const uri = url ?? secret('MONGODB_URI') ?? secret('MONGO_URL') ?? DEFAULT_URL;
  const username = secret('CRYPTOPIPE_MONGO_USER');
  const password = secret('CRYPTOPIPE_MONGO_PASSWORD');
  const userInfo = userInfoOf(uri);
  if (userInfo !== undefined && !isEscaped(userInfo))
    throw new UserError('usage', 'the MongoDB URL contains a user or password that is not escaped', ESCAPES);
  if (uri.includes('#'))
    throw new UserError(
      'usage',
      "the MongoDB URL contains a '#'",
      'Remove it and what follows, or write %23.',
    );
  const hosts = uri
    .replace(SCHEME, '')
    .slice(userInfo === undefined ? 0 : userInfo.length + 1)
    .split(/[/?]/)[0]!;
  if (!hosts.split(',').every((host) => HOST.test(host)))
    throw new UserError(
      'usage',
      'the MongoDB URL contains a server that is not HOST:PORT',
      'Write mongodb://HOST:PORT, with USER:PASSWORD@ before HOST if needed.',
    );
  const inUrl = userInfo?.slice(userInfo.indexOf(':') + 1);
  const scheme = SCHEME.exec(uri)?.[0] ?? '';
  const shown = scheme + hosts;
  const hidden = [uri, userInfo, inUrl, inUrl && decoded(inUrl), password];
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
