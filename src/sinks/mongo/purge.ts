import type { Filter } from 'mongodb';
import { UserError } from '../../core/errors.ts';
import type { Settings } from '../../core/option.ts';
import type { PurgeContext } from '../sink.ts';
import type { MongoDocument } from './bulk.ts';
import { type Connection, connect } from './client/connection.ts';
import { collectionsOf, existingCollections } from './collections.ts';
import type { mongoOptions } from './options.ts';

/** Ids or authors of one command. */
const AT_ONCE = 1000;

const parts = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) =>
    all.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  );

/** X's handles are the same in any case. */
const handle = (name: string): RegExp =>
  new RegExp(`^${name.replace(/^@/, '').replace(/\W/g, '\\$&')}$`, 'i');

/**
 * Deletes posts by id, and those of authors by their id or handle (with or without @), in every collection that the
 * template can mean for the topics; documents that this sink has not written are left alone. Answers how many documents
 * were deleted, or would be under `dryRun`. Throws UserError, `usage` for a topic without a collection: then nothing was deleted.
 */
export async function purgeMongo(
  settings: Settings<typeof mongoOptions>,
  { ids, authors }: { readonly ids: readonly string[]; readonly authors: readonly string[] },
  context: Omit<PurgeContext, 'info'>,
): Promise<number> {
  const ours = { _rev: { $exists: true } };
  const filters: Filter<MongoDocument>[] = [
    ...parts(ids).map((some) => ({ ...ours, _id: { $in: some } })),
    ...parts(authors).flatMap((some) => [
      { ...ours, author_id: { $in: some } },
      { ...ours, username: { $in: some.map(handle) } },
    ]),
  ];
  const connection = await connect(settings, context);
  try {
    const { withRetry } = connection;
    let deleted = 0;
    for (const name of await purgedCollections(connection, settings, context)) {
      const collection = connection.collection(name);
      // Counted at once: a post may be both of an id and of an author.
      if (context.dryRun) deleted += await withRetry(() => collection.countDocuments({ $or: filters }));
      else
        for (const filter of filters)
          deleted += (await withRetry(() => collection.deleteMany(filter))).deletedCount;
    }
    return deleted;
  } finally {
    await connection.close();
  }
}

/** Those of all topics, each once. */
async function purgedCollections(
  connection: Connection,
  { collection, db }: Settings<typeof mongoOptions>,
  { dataset, topics }: Pick<PurgeContext, 'dataset' | 'topics'>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const topic of topics) {
    const names = await existingCollections(collectionsOf(collection, dataset, topic), connection);
    if (names.length === 0)
      throw new UserError(
        'usage',
        `${connection.address.shown}: database '${db}' has no collection of topic '${topic}'`,
        'Check --url and --db, and --collection and --topics as the sink was given them.',
      );
    for (const name of names) found.add(name);
  }
  return found;
}
