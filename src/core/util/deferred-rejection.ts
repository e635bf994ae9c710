/** A promise that can only fail, and what makes it; nobody has to listen. */
export interface Failure {
  readonly failed: Promise<never>;
  readonly fail: (error: unknown) => void;
}

export function newFailure(): Failure {
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  return { failed, fail };
}
