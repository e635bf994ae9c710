/** See pinned.mjs. */
export function checkPinned(file: string, sha256: string, what: string): Promise<void>;
