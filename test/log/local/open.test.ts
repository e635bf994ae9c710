import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalLog } from '../../../src/log/local/open.ts';
import { expire } from '../../../src/log/local/retention.ts';
import { closeStore, openStore } from '../../../src/log/local/storage/store.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';
import { keepsTheContract } from '../contract.ts';

keepsTheContract('embedded log', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cryptopipe-'));
  const warnings: string[] = [];
  return {
    open: () => openLocalLog(dir, systemClock, (message) => warnings.push(message)),
    warnings,
    async expire() {
      const store = openStore(dir);
      await expire(store, Number.POSITIVE_INFINITY);
      await closeStore(store);
    },
    remove: async () => rmSync(dir, { recursive: true, force: true }),
  };
});
