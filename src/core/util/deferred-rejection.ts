/** A promise that never resolves, and the function that rejects it. Without a listener the rejection is ignored. */
export interface DeferredRejection {
  readonly failed: Promise<never>;
  readonly fail: (error: unknown) => void;
}

export function deferredRejection(): DeferredRejection {
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  return { failed, fail };
}
