import type { Collection, Db, Document } from 'mongodb';
import { UserError } from '../../../core/errors.ts';
import { retry } from '../../../core/util/retry.ts';
import type { SinkContext } from '../../sink.ts';
import type { MongoDocument } from '../bulk.ts';
import type { Bson } from '../document.ts';
import { addressOf, type MongoAddress } from './address.ts';
import { asUserError, transientReason } from './errors.ts';
import { checkTlsFiles } from './tls-files.ts';

export interface ConnectionSettings {
  readonly url: string | undefined;
  /** Undefined: that of the URL, or the default. */
  readonly db: string | undefined;
  /** `majority`, or how many members have a write before it counts. */
  readonly writeConcern: 'majority' | number;
}

/** An open way to one database. */
export interface Connection {
  readonly address: MongoAddress;
  readonly bson: Bson;
  readonly db: Db;
  collection(name: string): Collection<MongoDocument>;
  /** Runs a step again while the server is away, as long as there is patience. Throws Problem. */
  withRetry<T>(step: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Members that are away are seen after this long; then `patiently` goes on. */
const SELECTION_MS = 3000;
const CONNECT_MS = 5000;
/** A server that accepted a command and says nothing is given up on. */
const SILENCE_MS = 30_000;
/** A majority that does not confirm is asked again. */
const CONCERN_MS = 10_000;

/** Connects and logs in. Throws Problem, at once for what no waiting mends. */
export async function connect(
  settings: ConnectionSettings,
  context: Pick<SinkContext, 'secret' | 'clock' | 'patienceMs' | 'warn'>,
): Promise<Connection> {
  const address = addressOf(settings, context.secret);
  const { MongoClient, BSON } = await import('mongodb');
  const guarded = async <T>(step: () => Promise<T>): Promise<T> => {
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
      retryWrites: false, // ours may be repeated any number of times, and `patiently` does
      maxPoolSize: 8,
      serverSelectionTimeoutMS: SELECTION_MS,
      connectTimeoutMS: CONNECT_MS,
      socketTimeoutMS: SILENCE_MS,
      writeConcern: { w: settings.writeConcern, wtimeoutMS: CONCERN_MS },
    });
  const client = await guarded(async () => open());
  try {
    // Not by the first command: the driver does that once only, and then says that its topology is closed.
    await checkTlsFiles(client.options);
    await guarded(() => client.connect());
    const db = client.db(address.database);
    checkWriteConcern(settings.writeConcern, await guarded(() => db.command({ hello: 1 })), address);
    return {
      address,
      bson: BSON,
      db,
      collection: (name) => db.collection<MongoDocument>(name),
      withRetry: guarded,
      close: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** A server that has too few members refuses each write, which would look like a fault of the document. */
function checkWriteConcern(wanted: 'majority' | number, hello: Document, { shown }: MongoAddress): void {
  const { hosts = [], passives = [], msg } = hello as Readonly<Record<string, readonly string[]>>;
  const members = Math.max(1, hosts.length + passives.length);
  if (wanted === 'majority' || wanted <= members || String(msg) === 'isdbgrid') return;
  throw new UserError(
    'usage',
    `--write-concern ${wanted}: ${shown} has ${members === 1 ? 'one member' : `${members} members`}`,
    'Ask for no more members than there are, or for majority.',
  );
}
