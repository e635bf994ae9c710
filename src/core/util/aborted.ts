/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** The step's result; undefined if the signal aborts first, and the step keeps running. Leaves no listener behind. */
export async function unlessAborted<T>(signal: AbortSignal, step: Promise<T>): Promise<T | undefined> {
  let wake = (): void => {};
  const woken = new Promise<undefined>((resolve) => {
    wake = () => resolve(undefined);
  });
  if (signal.aborted) wake();
  signal.addEventListener('abort', wake);
  try {
    return await Promise.race([woken, step]);
  } finally {
    signal.removeEventListener('abort', wake);
  }
}
