import { describe, expect, test } from 'vitest';
import type { UserError } from '../../../../src/core/errors.ts';
import { addressOf, parseUrl } from '../../../../src/sinks/mongo/client/address.ts';

const none = () => undefined;
const secrets = (given: Record<string, string>) => (name: string) => given[name];

describe('--url', () => {
  test.each([
    'mongodb://127.0.0.1:27017',
    'mongodb://a:1,b:2/db?replicaSet=rs',
    'mongodb+srv://cluster.example',
  ])('--url accepts %s', (url) => {
    expect(parseUrl(url)).toBe(url);
  });
  test.each([
    'mongodb://app:secret@host',
    'mongodb://app@host',
    'mongodb://app:se/cret@host/db',
    'mongodb://host/?tlsCertificateKeyFilePassword=secret',
  ])('--url refuses credentials without repeating them: %s', (url) => {
    expect(() => parseUrl(url)).toThrow(/CRYPTOPIPE_MONGO_PASSWORD/);
    expect(() => parseUrl(url)).not.toThrow(/secret|se\/cret/);
  });
  test('--url refuses other URL schemes', () => {
    expect(() => parseUrl('s3://bucket')).toThrow(/mongodb:\/\//);
  });
});

describe('an address', () => {
  test('the address is --url, else MONGODB_URI, else MONGO_URL, else localhost', () => {
    const both = secrets({ MONGODB_URI: 'mongodb://a', MONGO_URL: 'mongodb://b' });
    expect(addressOf({ url: 'mongodb://c' }, both).uri).toBe('mongodb://c');
    expect(addressOf({ url: undefined }, both).uri).toBe('mongodb://a');
    expect(addressOf({ url: undefined }, secrets({ MONGO_URL: 'mongodb://b' })).uri).toBe('mongodb://b');
    expect(addressOf({ url: undefined }, none).uri).toBe('mongodb://127.0.0.1:27017');
  });
  test('an address shows neither credentials nor options, and redacts them in texts', () => {
    const uri = 'mongodb://app:p%40ss@host:1,other:2/db?authSource=admin';
    const { shown, redact: hush } = addressOf({ url: undefined }, secrets({ MONGODB_URI: uri }));
    expect(shown).toBe('mongodb://host:1,other:2');
    for (const text of [uri, 'bad p%40ss', 'bad p@ss', 'app:p%40ss'])
      expect(hush(text)).not.toMatch(/p%40ss|p@ss/);
  });
  test('user and password are read from their own variables', () => {
    const credentials = secrets({ CRYPTOPIPE_MONGO_USER: 'app', CRYPTOPIPE_MONGO_PASSWORD: 'hidden' });
    const { auth, redact: hush } = addressOf({ url: undefined }, credentials);
    expect(auth).toEqual({ username: 'app', password: 'hidden' });
    expect(hush('x hidden y')).toBe('x *** y');
  });
});

describe('the database', () => {
  const database = (url: string, db?: string, env = false) =>
    addressOf({ url: env ? undefined : url, db }, secrets(env ? { MONGODB_URI: url } : {})).database;

  test.each<[string, string | undefined, boolean, string]>([
    ['mongodb://h', undefined, false, 'tweets'],
    ['mongodb://h/', undefined, false, 'tweets'],
    ['mongodb://h/?replicaSet=a/b', undefined, false, 'tweets'],
    ['mongodb://h?replicaSet=a', undefined, false, 'tweets'],
    ['mongodb://h/market', undefined, false, 'market'],
    ['mongodb://a:1,[::1]:2/market?replicaSet=rs', undefined, false, 'market'],
    ['mongodb+srv://h/m%C3%A4rkte', undefined, false, 'märkte'],
    ['mongodb://h/market', 'market', false, 'market'],
    ['mongodb://h', 'market', false, 'market'],
    // A flag counts before the environment.
    ['mongodb://h/market', 'other', true, 'other'],
    ['mongodb://u:p@h/market', undefined, true, 'market'],
    // There the user is kept.
    ['mongodb://u:p@h/admin', undefined, true, 'tweets'],
    ['mongodb://u:p@h/$external?authMechanism=MONGODB-X509', 'market', true, 'market'],
    ['mongodb://h/admin', 'market', true, 'market'],
  ])('the database of %s with --db %s (in the environment: %s) is %s', (url, db, env, expected) => {
    expect(database(url, db, env)).toBe(expected);
  });

  test.each<[string, string | undefined, RegExp]>([
    ['mongodb://h/market', 'other', /--url names the database market, but --db names other/],
    ['mongodb://h/admin', undefined, /database admin, which belongs to MongoDB itself/],
    ['mongodb://h/market/bitcoin', undefined, /'market\/bitcoin' is not a valid database name/],
    ['mongodb://h/a.b', undefined, /'a\.b' is not a valid database name/],
    ['mongodb://h/market#here', undefined, /contains a '#'/],
  ])('the database of %s with --db %s is refused', (url, db, message) => {
    expect(() => database(url, db)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });
});

describe('a password that is not escaped', () => {
  test.each([
    'hun@ter2',
    'hun/ter2',
    'hun?ter2',
    'hun#ter2',
    'hun:ter2',
    'hun ter2',
    'hun%ter2',
    'h[un]ter2',
    '/hun@/ter2?@#',
  ])('an unescaped password is reported without any part of it: %s', (password) => {
    for (const rest of ['h', 'h:1/market', 'a:1,b:2/?replicaSet=rs']) {
      let thrown = '';
      try {
        addressOf({ url: undefined }, secrets({ MONGODB_URI: `mongodb://app:${password}@${rest}` }));
      } catch (error) {
        const { code, message, hint } = error as UserError;
        expect(code).toBe('usage');
        thrown = `${message} ${hint}`;
      }
      expect(thrown).toContain('a user or password that is not escaped');
      expect(thrown).not.toMatch(/hun|un\]|ter2|app/);
    }
  });

  test.each(['mongodb://app:hunter2', 'mongodb://app:hunter2/db', 'mongodb://h:1,app:hunter2'])(
    'an unescaped password is not shown when the @ is missing: %s',
    (MONGODB_URI) => {
      expect(() => addressOf({ url: undefined }, secrets({ MONGODB_URI }))).toThrow(
        'the MongoDB URL contains a server that is not HOST:PORT',
      );
    },
  );
});
