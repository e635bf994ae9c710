import type { Millis } from './time.ts';

const LATE = Symbol('late');

/** Races `step` against a timeout. On timeout returns `onTimeout()`; the step keeps running and its result is ignored. */
export async function withTimeout<T, L>(
  { sleep }: { readonly sleep: (span: Millis, until: AbortSignal) => Promise<void> },
  span: Millis,
  step: Promise<T>,
  onTimeout: () => L,
): Promise<T | L> {
  // setTimeout cannot wait forever.
  if (span === Number.POSITIVE_INFINITY) return step;
  const done = new AbortController();
  try {
    const first = await Promise.race([step, sleep(span, done.signal).then((): typeof LATE => LATE)]);
    return first === LATE ? onTimeout() : first;
  } finally {
    done.abort();
  }
}
