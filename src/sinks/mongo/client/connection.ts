import type { Collection, Db, Document } from 'mongodb';
import { UserError } from '../../../core/errors.ts';
import { retry } from '../../../core/util/retry.ts';
import type { SinkContext } from '../../sink.ts';
import type { MongoDocument } from '../bulk.ts';
import type { Bson } from '../document.ts';
import { addressOf, type MongoAddress } from './address.ts';
import { asUserError, transientReason } from './mongo-errors.ts';
import { checkTlsFiles } from './tls-files.ts';

export interface ConnectionSettings {
  readonly url: string | undefined;
  /** Undefined: the database of the URL, or the default. */
  readonly db: string | undefined;
  /** `majority`, or how many members must confirm a write. */
  readonly writeConcern: 'majority' | number;
}

/** An open connection to one database. */
export interface Connection {
  readonly address: MongoAddress;
  readonly bson: Bson;
  readonly db: Db;
  collection(name: string): Collection<MongoDocument>;
  /** Retries a step while the server is unavailable, until the retry policy gives up. Throws UserError. */
  withRetry<T>(step: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How long the driver looks for a member before `withRetry` takes over. */
const SELECTION_MS = 3000;
const CONNECT_MS = 5000;
/** Timeout of a command without an answer. */
const SILENCE_MS = 30_000;
/** Timeout of the write concern; the write is then retried. */
const CONCERN_MS = 10_000;

/** Connects and logs in. Throws UserError, at once for errors that retries cannot fix. */
export async function connect(
  settings: ConnectionSettings,
  context: Pick<SinkContext, 'secret' | 'clock' | 'maxWaitMs' | 'warn'>,
): Promise<Connection> {
  const address = addressOf(settings, context.secret);
  const { MongoClient, BSON } = await import('mongodb');
  const withRetry = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await retry(
        `MongoDB at ${address.shown}`,
        context,
        (error) => transientReason(error, address),
        step,
      );
    } catch (error) {
      throw asUserError(error, address);
    }
  };
  const open = () =>
    new MongoClient(address.uri, {
      ...(address.auth && { auth: address.auth }),
      appName: 'cryptopipe',
      retryWrites: false, // our writes are idempotent, and `withRetry` repeats them
      maxPoolSize: 8,
      serverSelectionTimeoutMS: SELECTION_MS,
      connectTimeoutMS: CONNECT_MS,
      socketTimeoutMS: SILENCE_MS,
      writeConcern: { w: settings.writeConcern, wtimeoutMS: CONCERN_MS },
    });
  const client = await withRetry(async () => open());
  try {
    // Connect explicitly: after a failed implicit connect the driver only reports a closed topology.
    await checkTlsFiles(client.options);
    await withRetry(() => client.connect());
    const db = client.db(address.database);
    checkWriteConcern(settings.writeConcern, await withRetry(() => db.command({ hello: 1 })), address);
    return {
      address,
      bson: BSON,
      db,
      collection: (name) => db.collection<MongoDocument>(name),
      withRetry,
      close: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** A server with too few members refuses each write, which would look like an invalid document. */
function checkWriteConcern(wanted: 'majority' | number, hello: Document, { shown }: MongoAddress): void {
  const { hosts = [], passives = [], msg } = hello as Readonly<Record<string, readonly string[]>>;
  const members = Math.max(1, hosts.length + passives.length);
  if (wanted === 'majority' || wanted <= members || String(msg) === 'isdbgrid') return;
  throw new UserError(
    'usage',
    `--write-concern ${wanted}: ${shown} has ${members === 1 ? 'one member' : `${members} members`}`,
    'Require at most that many members, or majority.',
  );
}
