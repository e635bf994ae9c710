import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../core/errors.ts';
import type { Millis } from '../../../core/util/time.ts';
import { NAMESPACE_FILE } from '../storage/folder.ts';
import { thisOwner } from './owner.ts';

/** The lock is renewed this often, and is valid for a little over twice as long. */
export const NAMESPACE_RENEWAL_MS: Millis = 5000;
const NAMESPACE_LOCK_MS: Millis = 12_000;

/**
 * LMDB identifies processes by PID, so two processes of one PID (each the first of its container) would deadlock. A file
 * in the folder therefore locks it for one PID namespace. Throws UserError `locked` while another namespace holds the lock.
 */
export function lockNamespace(dir: string, now: Millis, namespace = thisOwner().namespace): void {
  if (namespace === '') return;
  const path = join(dir, NAMESPACE_FILE);
  const holder = existsSync(path) ? readFileSync(path, 'utf8') : '';
  // Renewing takes no space, so it works on a full disk.
  if (holder === namespace) {
    utimesSync(path, now / 1000, now / 1000);
    return;
  }
  if (holder !== '' && now - statSync(path).mtimeMs < NAMESPACE_LOCK_MS)
    throw new UserError(
      'locked',
      `${dir} is in use from another PID namespace (${holder}), most likely another container`,
      'Let the containers share a PID namespace (docker run --pid, shareProcessNamespace), or wait some seconds if the other one has ended.',
    );
  writeFileSync(path, namespace);
}

/** Releases the lock at exit; other processes of this namespace take it again within a few seconds. */
export function releaseNamespace(dir: string): void {
  rmSync(join(dir, NAMESPACE_FILE), { force: true });
}
