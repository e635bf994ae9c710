import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cache } from '../cache.ts';

/** The newest version that Go's module proxy serves; it refuses release tags. */
export const MINIO_VERSION = process.env.MINIO_VERSION || 'v0.0.0-20260212201848-7aac2a2c5b7c';

/** MinIO's program, built on first use (three minutes). Throws without Go. */
export async function minioBinary(version = MINIO_VERSION): Promise<string> {
  const folder = cache('minio', version);
  if (!existsSync(folder)) await build(version, folder);
  return join(folder, 'minio');
}

/** Concurrent builds only cost time: the first to finish is kept. */
async function build(version: string, folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const part = mkdtempSync(`${folder}.part-`);
  try {
    const source = `github.com/minio/minio@${version}`;
    await promisify(execFile)('go', ['install', '-trimpath', '-ldflags', '-s -w', source], {
      env: { ...process.env, GOBIN: part },
    });
    if (!existsSync(folder)) renameSync(part, folder);
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    throw new Error(
      code === 'ENOENT'
        ? `MinIO ${version} is not in ${cache('minio')}, and Go, which builds it, is missing: install it (go.dev/doc/install)`
        : `Go could not build MinIO ${version}: check MINIO_VERSION and the way to Go's module proxy\n${message}`,
    );
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}
