import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { sandbox, succeed } from './cli.ts';

const PROGRAM = resolve('bin/cryptopipe.js');
const TIMEOUT = { timeout: 120_000 };
const { path, run } = sandbox();

/** Runs a program in the test's folder; the output of both streams. */
const ran = (program: string, ...args: string[]) =>
  new Promise<{ code: number; text: string }>((settle) => {
    const child = execFile(program, args, { cwd: path() }, (_, stdout, stderr) =>
      settle({ code: child.exitCode ?? -1, text: stdout + stderr }),
    );
  });

function isAllowed(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const MOUNT = 'mount --bind . . && mount -o remount,ro,bind . && cd "$PWD"';
const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups'];
const mayMount = isAllowed('unshare', '--mount', 'sh', '-c', 'mount --bind /tmp /tmp');
const mayChangeUser = isAllowed('setpriv', ...NOBODY, process.execPath, PROGRAM, '--version');

beforeEach(async () => {
  const quote = { base: 'btc', quote: 'usdt', price: 1, time: '2026-03-02T10:00:00Z' };
  writeFileSync(path('a.jsonl'), `${JSON.stringify(quote)}\n`);
  await succeed(run(['produce', 'prices', '--source', 'file', '--file', 'a.jsonl', '--quiet']));
});

async function looks(cryptopipe: (...args: string[]) => Promise<{ code: number; text: string }>) {
  const files = readdirSync(path('.cryptopipe'));
  const bus = ['--bus', `local:${path('.cryptopipe')}`];
  const list = await cryptopipe('topics', 'list', '--json', ...bus);
  expect(list.code, list.text).toBe(0);
  expect(JSON.parse(list.text)).toMatchObject([{ name: 'prices-file', records: 1 }]);
  const describe = await cryptopipe('topics', 'describe', 'prices-file', '--json', ...bus);
  expect(JSON.parse(describe.text)).toMatchObject({ partition_infos: [{ start: 0, end: 1 }] });
  const tail = await cryptopipe('topics', 'tail', 'prices-file', '--json', ...bus);
  expect(JSON.parse(tail.text)).toMatchObject({ value: { base: 'btc', price: 1 } });
  const follow = await cryptopipe('topics', 'tail', 'prices-file', '--from', 'end', '--follow', ...bus);
  expect(follow).toMatchObject({ code: 1, text: expect.stringContaining('cannot follow') });
  const remove = await cryptopipe('topics', 'delete', 'prices-file', '--yes', ...bus);
  expect(remove).toMatchObject({ code: 1, text: expect.stringContaining('is read-only for this user') });
  expect(readdirSync(path('.cryptopipe'))).toEqual(files);
}

test.skipIf(!mayMount)('topics list, describe and tail work on a read-only file system', TIMEOUT, () =>
  looks((...args) =>
    ran('unshare', '--mount', 'sh', '-c', `${MOUNT} && exec "$@"`, 'sh', process.execPath, PROGRAM, ...args),
  ),
);

test.skipIf(!mayChangeUser)(
  "topics list, describe and tail work on another user's bus with read permission only",
  TIMEOUT,
  async () => {
    // The folders above are the user's own, and so is the one for temporary files.
    chmodSync(path('..'), 0o711);
    chmodSync(path(), 0o755);
    chmodSync(path('.cryptopipe'), 0o755);
    for (const name of readdirSync(path('.cryptopipe'))) chmodSync(path('.cryptopipe', name), 0o644);
    await looks((...args) =>
      ran('env', 'TMPDIR=/tmp', 'setpriv', ...NOBODY, process.execPath, PROGRAM, ...args),
    );
  },
);
