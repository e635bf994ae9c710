/**
 * Runs `work` on every item, at most `limit` at a time. After a failure it starts no more, waits for those in progress,
 * and throws the first error.
 */
export async function inParallel<T>(items: Iterable<T>, limit: number, work: (item: T) => Promise<void>) {
  const queue = items[Symbol.iterator]();
  const errors: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let item = queue.next(); !item.done && errors.length === 0; item = queue.next())
      await work(item.value).catch((error) => void errors.push(error));
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (errors.length > 0) throw errors[0];
}
