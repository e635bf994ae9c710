/** A promise that can only fail, and what makes it; nobody has to listen. */
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
