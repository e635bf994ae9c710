const underWay = new Set<Promise<unknown>>();
let isEnding = false;

/** Runs a transaction of the embedded log. After `endWriting` no transaction begins, and this never settles. */
export function writing<T>(transaction: () => Promise<T>): Promise<T> {
  if (isEnding) return new Promise(() => undefined);
  const running = transaction();
  underWay.add(running);
  const done = () => void underWay.delete(running);
  running.then(done, done);
  return running;
}

/**
 * Resolves when no transaction is running; none begins after this call. A process that exits during a transaction hangs
 * forever with the folder's lock: lmdb waits for its writer, which waits for this thread.
 */
export async function endWriting(): Promise<void> {
  isEnding = true;
  await Promise.allSettled(underWay);
}
