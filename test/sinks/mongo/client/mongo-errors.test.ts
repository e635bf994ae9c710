import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { addressOf } from '../../../../src/sinks/mongo/client/address.ts';
import {
  asUserError,
  isAboutDocuments,
  transientReason,
} from '../../../../src/sinks/mongo/client/mongo-errors.ts';

const secrets: Record<string, string> = { MONGODB_URI: 'mongodb://app:hidden@host:1' };
const address = addressOf({ url: undefined }, (name) => secrets[name]);
const serverError = (code: number, message = 'm') => new MongoServerError({ message, code });
const wrapped = (error: Error) =>
  new MongoBulkWriteError(error as never, { getWriteErrors: () => [] } as never);

describe('an error', () => {
  test.each([
    ['a network error', new MongoNetworkError('gone')],
    ['one that a bulk write wraps', wrapped(new MongoNetworkError('gone'))],
    ['an election', serverError(189)],
    ['a conflict', serverError(112)],
  ])('%s is transient', (_, error) => {
    expect(transientReason(error, address)).toBeDefined();
  });
  test.each([
    [
      'a refused login',
      serverError(18, 'Authentication failed for hidden'),
      'failed',
      /CRYPTOPIPE_MONGO_USER/,
    ],
    [
      'a pool closed by one',
      new MongoNetworkError('cleared', { cause: serverError(18) }),
      'failed',
      /CRYPTOPIPE_MONGO_USER/,
    ],
    ['a missing right', serverError(13, 'not authorized'), 'failed', /readWrite/],
    ['a full disk', serverError(14031), 'disk-full', /space/],
    ['the unknown', serverError(999, 'says hidden'), 'failed', /documentation/],
  ])('%s is permanent', (_, error, code, hint) => {
    expect(transientReason(error, address)).toBeUndefined();
    const userError = asUserError(error, address);
    expect(userError).toMatchObject({ code, hint });
    expect(userError.message).toMatch(/^mongodb:\/\/host:1: /);
    expect(userError.message).not.toContain('hidden');
  });
  test('a document error is distinguished from a server error', () => {
    expect(isAboutDocuments(serverError(121))).toBe(true);
    expect(isAboutDocuments(new RangeError('offset'))).toBe(true);
    expect(isAboutDocuments(serverError(13))).toBe(false);
  });
});
