import type { Filter } from 'mongodb';
import type { Settings } from '../../core/option.ts';
import type { PurgeContext } from '../sink.ts';
import type { Keyed } from './bulk.ts';
import { collectionsOf, meantBy } from './collections.ts';
import { connect } from './connection.ts';
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
 * template can mean for the topic; documents that this sink has not written are left alone. Answers how many documents
 * were deleted, or would be under `dryRun`. Throws Problem.
 */
export async function purgeMongo(
  settings: Settings<typeof mongoOptions>,
  { ids, authors }: { readonly ids: readonly string[]; readonly authors: readonly string[] },
  context: Omit<PurgeContext, 'info'>,
): Promise<number> {
  const collections = collectionsOf(settings.collection, context.dataset, context.topic);
  const ours = { _rev: { $exists: true } };
  const filters: Filter<Keyed>[] = [
    ...parts(ids).map((some) => ({ ...ours, _id: { $in: some } })),
    ...parts(authors).flatMap((some) => [
      { ...ours, author_id: { $in: some } },
      { ...ours, username: { $in: some.map(handle) } },
    ]),
  ];
  const connection = await connect(settings, context);
  try {
    const { patiently } = connection;
    let deleted = 0;
    for (const name of await meantBy(collections, connection)) {
      const collection = connection.collection(name);
      // Counted at once: a post may be both of an id and of an author.
      if (context.dryRun) deleted += await patiently(() => collection.countDocuments({ $or: filters }));
      else
        for (const filter of filters)
          deleted += (await patiently(() => collection.deleteMany(filter))).deletedCount;
    }
    return deleted;
  } finally {
    await connection.close();
  }
}
