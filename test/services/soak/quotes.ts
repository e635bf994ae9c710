/** A quote that a stub handed out in full, and the request that it answered. */
interface Handed {
  readonly name: string;
  readonly request: number;
}

export const NOTHING_WRONG = { lost: [], doubled: [], invented: [] };

/**
 * What a topic holds beside what a stub handed out. An answer may come when the client has given up on it: then that
 * was the `last` request of its connection.
 */
export function compare(written: readonly string[], handed: readonly Handed[], last: ReadonlySet<number>) {
  const kept = new Set(written);
  const names = new Set(handed.map(({ name }) => name));
  const received = handed.filter(({ request }) => !last.has(request));
  return {
    lost: received.map(({ name }) => name).filter((name) => !kept.has(name)),
    doubled: written.filter((name, index) => written.indexOf(name) !== index),
    invented: written.filter((name) => !names.has(name)),
  };
}
