import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkPinned } from '../../build/pinned.mjs';

const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cryptopipe-pinned-'));
  file = join(folder, 'node');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file with the pinned hash passes', async () => {
  writeFileSync(file, 'hello');
  await checkPinned(file, HELLO, 'Node 24');
});

test.each([['hellO'], ['hello '], ['']])(
  'a file that holds %j instead is refused by name, with both hashes',
  async (text) => {
    writeFileSync(file, text);
    await expect(checkPinned(file, HELLO, 'Node 24')).rejects.toThrow(
      new RegExp(`${file} is not the Node 24 .*sha256 is [0-9a-f]{64}, not ${HELLO}; remove it`),
    );
  },
);
