import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalLog } from '../../../src/log/local/open.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { keepsTheContract } from '../contract.ts';

keepsTheContract('embedded log', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cryptopipe-'));
  return {
    open: () => openLocalLog(dir, systemClock),
    remove: async () => rmSync(dir, { recursive: true, force: true }),
  };
});
