import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cache } from '../cache.ts';

const execute = promisify(execFile);
const SOURCES = resolve('test/services/mongo/ferret');
const VERSION = 'v1.24.0';

type Edit = readonly [file: string, from: string, to: string];
/**
 * Changes to FerretDB before the build. The update loop closes its cursors (else it hangs at 100 updates in one command);
 * `_id` lookups use their index, with further conditions too; FERRET_PASSWORD requires a login, which the embedding package cannot.
 */
const EDITS: readonly Edit[] = [
  ['internal/handler/msg_update.go', 'defer closer.Close()', ''],
  [
    'internal/handler/msg_update.go',
    'result, err := common.UpdateDocument(ctx, c, "update", iter, &u)',
    'result, err := common.UpdateDocument(ctx, c, "update", iter, &u)\ncloser.Close()',
  ],
  ['internal/backends/sqlite/metadata/metadata.go', `->'$._id'"`, `->\\"_id\\""`],
  [
    'internal/backends/sqlite/collection.go',
    'if params.Filter.Len() == 1 {',
    'if params.Filter.Len() >= 1 {',
  ],
  ['ferretdb/ferretdb.go', '\t"net/url"', '\t"net/url"\n\t"os"'],
  [
    'ferretdb/ferretdb.go',
    '\t"github.com/FerretDB/FerretDB/internal/util/state"',
    '\t"github.com/FerretDB/FerretDB/internal/util/password"\n\t"github.com/FerretDB/FerretDB/internal/util/state"',
  ],
  [
    'ferretdb/ferretdb.go',
    'TestOpts: registry.TestOpts{',
    `SetupDatabase: os.Getenv("FERRET_DATABASE"),
     SetupUsername: os.Getenv("FERRET_USER"),
     SetupPassword: password.WrapPassword(os.Getenv("FERRET_PASSWORD")),
     TestOpts: registry.TestOpts{
       EnableNewAuth: os.Getenv("FERRET_PASSWORD") != "",`,
  ],
];

/** The path of a FerretDB 1.24 server (MongoDB's wire protocol on SQLite), built on first use (a minute). */
export async function ferretServer(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(EDITS));
  for (const file of ['main.go', 'go.mod']) hash.update(readFileSync(join(SOURCES, file)));
  const binary = cache(`ferretdb-${hash.digest('hex').slice(0, 12)}`);
  if (!existsSync(binary)) await build(binary);
  return binary;
}

async function build(binary: string): Promise<void> {
  mkdirSync(cache(), { recursive: true });
  const folder = mkdtempSync(cache('ferretdb-build-'));
  const go = async (...args: string[]) => (await execute('go', args, { cwd: folder })).stdout;
  try {
    cpSync(SOURCES, folder, { recursive: true });
    const { Dir } = JSON.parse(
      await go('mod', 'download', '-json', `github.com/FerretDB/FerretDB@${VERSION}`),
    );
    const source = join(folder, 'src');
    await execute('cp', ['-r', Dir, source]);
    await execute('chmod', ['-R', 'u+w', source]);
    for (const edit of EDITS) apply(source, edit);
    await go('mod', 'edit', '-replace', 'github.com/FerretDB/FerretDB=./src');
    await go('mod', 'tidy');
    await go('build', '-trimpath', '-ldflags', '-s -w', '-o', join(folder, 'ferretd'), '.');
    renameSync(join(folder, 'ferretd'), binary);
  } catch (error) {
    const { code, message, stderr } = error as Error & { code?: unknown; stderr?: string };
    throw new Error(
      code === 'ENOENT'
        ? `The services suite runs FerretDB ${VERSION}, which is not in ${cache()}, and Go, which builds it, is missing: install it (apt install golang)`
        : `FerretDB ${VERSION} could not be built: check the way to Go's module proxy\n${message}\n${stderr ?? ''}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function apply(source: string, [file, from, to]: Edit): void {
  const path = join(source, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} holds no '${from}'`);
  writeFileSync(path, text.replaceAll(from, to));
}
