import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Throws unless a file has the sha256 (hex) that is written down for it. `what` names it in the message. */
export async function checkPinned(file, sha256, what) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found === sha256) return;
  throw new Error(
    `${file} is not the ${what} that build/binary.mjs pins: its sha256 is ${found}, not ${sha256}; ` +
      'remove it and build again; if that does not help, the registry serves another file under this version: do not use it',
  );
}
