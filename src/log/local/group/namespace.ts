import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../core/errors.ts';
import type { Millis } from '../../../core/util/time.ts';
import { NAMESPACE_FILE } from '../storage/folder.ts';
import { thisOwner } from './owner.ts';

/** A claim is written anew this often, and holds for a little over twice as long. */
export const CLAIM_EVERY_MS: Millis = 5000;
const CLAIM_MS: Millis = 12_000;

/**
 * LMDB tells processes apart by their number, so two of one number (each the first of its container) would wait for
 * each other for ever. The folder therefore carries the PID namespace that it is used from.
 * Throws Problem `locked` while that is another one.
 */
export function claimNamespace(dir: string, now: Millis, namespace = thisOwner().namespace): void {
  if (namespace === '') return;
  const path = join(dir, NAMESPACE_FILE);
  const holder = existsSync(path) ? readFileSync(path, 'utf8') : '';
  // Renewing takes no space: it goes on while the disk is full.
  if (holder === namespace) {
    utimesSync(path, now / 1000, now / 1000);
    return;
  }
  if (holder !== '' && now - statSync(path).mtimeMs < CLAIM_MS)
    throw new UserError(
      'locked',
      `${dir} is in use from another PID namespace (${holder}), most likely another container`,
      'Let them share one (docker run --pid, shareProcessNamespace), or wait some seconds if that one has ended.',
    );
  writeFileSync(path, namespace);
}

/** On the way out: others of this namespace claim it again within a few seconds. */
export function releaseNamespace(dir: string): void {
  rmSync(join(dir, NAMESPACE_FILE), { force: true });
}
