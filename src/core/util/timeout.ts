import type { Millis } from './time.ts';

const LATE = Symbol('late');

/**
 * What the step comes to, or what `late` gives or throws where that takes longer than `span`; the step may then go on by
 * itself, unheard.
 */
export async function withTimeout<T, L>(
  { sleep }: { readonly sleep: (span: Millis, until: AbortSignal) => Promise<void> },
  span: Millis,
  step: Promise<T>,
  late: () => L,
): Promise<T | L> {
  // No timer is as long as that.
  if (span === Number.POSITIVE_INFINITY) return step;
  const done = new AbortController();
  try {
    const first = await Promise.race([step, sleep(span, done.signal).then((): typeof LATE => LATE)]);
    return first === LATE ? late() : first;
  } finally {
    done.abort();
  }
}
