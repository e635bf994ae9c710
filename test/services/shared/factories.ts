import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { startKafka } from '../kafka/cluster.ts';
import { startMinio } from '../minio/server.ts';
import { startMongo } from '../mongo/server.ts';
import { here, pythonWith } from '../python.ts';
import { debianProgram } from './debian.ts';
import type { Made, Makers } from './pool.ts';

/** What other processes need to use a Kafka cluster. */
export interface SharedKafka {
  readonly bootstrap: string;
  /** The folder of the broker's partitions. */
  readonly data: string;
}

/** A toolchain, which needs no cleanup. */
const toolchain = <T>(value: T): Made<T> => ({ value, close: async () => {} });

/**
 * Resources shared by the test files of a run, each created on first use (`shared` in shared.ts). To add a server or a
 * toolchain, add an entry. A file that kills a server, or lists its whole content, starts its own.
 */
export const FACTORIES = {
  /** One broker. Topics, groups and apps need names that no other file uses. */
  async kafka(): Promise<Made<SharedKafka>> {
    const { bootstrap, data, close } = await startKafka({ nodes: 1 });
    return { value: { bootstrap, data: data(1) }, close };
  },
  /** Buckets and prefixes need names that no other file uses. */
  async minio(): Promise<Made<{ endpoint: string }>> {
    const { endpoint, close } = await startMinio();
    return { value: { endpoint }, close };
  },
  /** FerretDB. Databases need names that no other file uses. */
  async mongo(): Promise<Made<{ url: string }>> {
    const { url, close } = await startMongo();
    return { value: { url }, close };
  },
  /** Python with delta-rs, Polars and DuckDB. */
  async python() {
    return toolchain({ program: await pythonWith(here('requirements.txt')) });
  },
  async chromium() {
    return toolchain({ program: await debianProgram('/usr/bin/chromium', 'chromium') });
  },
  async promtool() {
    return toolchain({ program: await debianProgram('/usr/bin/promtool', 'prometheus') });
  },
  /** dist/cryptopipe, the single binary of this tree. */
  async binary() {
    await promisify(execFile)('npm', ['run', 'build:binary']);
    return toolchain({ program: resolve('dist/cryptopipe') });
  },
} satisfies Makers;
