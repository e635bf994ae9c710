import { describe, expect, test } from 'vitest';
import { addressOf, parseUrl } from '../../../src/sinks/mongo/address.ts';

const none = () => undefined;
const secrets = (given: Record<string, string>) => (name: string) => given[name];

describe('--url', () => {
  test.each([
    'mongodb://127.0.0.1:27017',
    'mongodb://a:1,b:2/db?replicaSet=rs',
    'mongodb+srv://cluster.example',
  ])('takes %s', (url) => {
    expect(parseUrl(url)).toBe(url);
  });
  test.each([
    'mongodb://app:secret@host',
    'mongodb://app@host',
    'mongodb://app:se/cret@host/db',
    'mongodb://host/?tlsCertificateKeyFilePassword=secret',
  ])('refuses credentials and does not repeat them: %s', (url) => {
    expect(() => parseUrl(url)).toThrow(/CRYPTOPIPE_MONGO_PASSWORD/);
    expect(() => parseUrl(url)).not.toThrow(/secret|se\/cret/);
  });
  test('is no other URL', () => {
    expect(() => parseUrl('s3://bucket')).toThrow(/mongodb:\/\//);
  });
});

describe('an address', () => {
  test('is what was typed, else MONGODB_URI, else MONGO_URL, else this machine', () => {
    const both = secrets({ MONGODB_URI: 'mongodb://a', MONGO_URL: 'mongodb://b' });
    expect(addressOf('mongodb://c', both).uri).toBe('mongodb://c');
    expect(addressOf(undefined, both).uri).toBe('mongodb://a');
    expect(addressOf(undefined, secrets({ MONGO_URL: 'mongodb://b' })).uri).toBe('mongodb://b');
    expect(addressOf(undefined, none).uri).toBe('mongodb://127.0.0.1:27017');
  });
  test('shows neither credentials nor options, and takes them out of texts', () => {
    const uri = 'mongodb://app:p%40ss@host:1,other:2/db?authSource=admin';
    const { shown, hush } = addressOf(undefined, secrets({ MONGODB_URI: uri }));
    expect(shown).toBe('mongodb://host:1,other:2');
    for (const text of [uri, 'bad p%40ss', 'bad p@ss', 'app:p%40ss'])
      expect(hush(text)).not.toMatch(/p%40ss|p@ss/);
  });
  test('takes user and password by their names', () => {
    const given = secrets({ CRYPTOPIPE_MONGO_USER: 'app', CRYPTOPIPE_MONGO_PASSWORD: 'hidden' });
    const { auth, hush } = addressOf(undefined, given);
    expect(auth).toEqual({ username: 'app', password: 'hidden' });
    expect(hush('x hidden y')).toBe('x *** y');
  });
});
