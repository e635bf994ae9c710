/** A quote that a stub sent in full, and its request. */
interface Handed {
  readonly name: string;
  readonly request: number;
}

export const NOTHING_WRONG = { lost: [], doubled: [], invented: [] };

/**
 * Compares a topic with the quotes that a stub sent. A response may arrive after the client gave up: then its request is
 * the `last` one of its connection.
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
