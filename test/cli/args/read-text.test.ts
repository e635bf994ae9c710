import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { runCommandLine } from '../../../src/cli/app.ts';
import { fakeIo } from '../fakes.ts';

test('every flag that names a file or folder takes a file URL, and refuses ~ and other URLs with a hint', async () => {
  const commands: readonly (readonly string[])[] = [
    ['sink', 'file', '--dir'],
    ['run', '--dir'],
    ['purge', 'file', '--id', '1', '--dir'],
    ['topics', 'list', '--config'],
    ['topics', 'list', '--env-from'],
    ['topics', 'list', '--env-file'],
    ['produce', '--keys-file'],
    ['produce', 'tweets', '--source', 'x', '--rules-file'],
    ['topics', 'list', '--bus', 'kafka://h', '--kafka-option'],
  ];
  for (const command of commands)
    for (const path of ['s3://bucket/x', '~/x']) {
      const { io, written } = fakeIo();
      const last = command.at(-1)!;
      const words = last === '--kafka-option' ? [...command, `ca=${path}`] : [...command, path];
      expect([words, await runCommandLine(words, io)]).toEqual([words, 2]);
      expect(written.err.split('\n').filter((line) => line.includes('path'))).toHaveLength(1);
    }
});

test('a path from the environment or a config file is parsed the same way', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cli-read-text-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = join(folder, 'a b.json');
  writeFileSync(config, '{"dir":"~/lake"}');
  const { io, written } = fakeIo({ env: { CRYPTOPIPE_CONFIG: pathToFileURL(config).href } });
  expect(await runCommandLine(['sink', 'file'], io)).toBe(2);
  expect(written.err).toContain("'dir' in the config file: only a shell expands '~'");
});

test('--dir with a bucket URL points to the s3 sink', async () => {
  const { io, written } = fakeIo();
  expect(await runCommandLine(['sink', 'file', '--dir', 's3://bucket/lake'], io)).toBe(2);
  expect(written.err).toContain('sink s3 with --url s3://BUCKET/PREFIX');
});
