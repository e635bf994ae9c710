import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { formatSize } from '../../core/text/size.ts';
import type { StoredTable } from '../../sinks/sink.ts';
import type { LocalFile } from './views.ts';

/** Files fetched from a bucket at the same time. */
const PARALLEL = 8;

/** Where the files of tables are on this machine: files of a bucket are copied to a temporary folder. */
export class LocalFiles {
  #copies: string | undefined;

  constructor(readonly status: (line: string) => void) {}

  /** Throws UserError `damaged` when a file is missing. */
  async of(table: StoredTable): Promise<readonly LocalFile[]> {
    const files = await table.files();
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const found: LocalFile[] = [];
    let done = 0;
    const left = files.entries();
    const worker = async (): Promise<void> => {
      for (const [index, file] of left) {
        const here = table.localPath(file.path) ?? (await this.#copy(table, file.path));
        found[index] = { localPath: here, file };
        done += file.size;
        if (table.localPath(file.path) === undefined)
          this.status(`reading ${table.name}: ${formatSize(done)} of ${formatSize(total)}`);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    this.status('');
    return found;
  }

  async #copy(table: StoredTable, path: string): Promise<string> {
    const bytes = await table.get(path);
    if (bytes === undefined)
      throw new UserError(
        'damaged',
        `${path} of table ${table.name} is missing`,
        'Another engine may have removed it meanwhile; ask again.',
      );
    this.#copies ??= await mkdtemp(join(tmpdir(), 'cryptopipe-query-'));
    const copy = join(this.#copies, table.name, path);
    await mkdir(dirname(copy), { recursive: true });
    await writeFile(copy, bytes);
    return copy;
  }

  async close(): Promise<void> {
    if (this.#copies !== undefined) await rm(this.#copies, { recursive: true, force: true });
  }
}
