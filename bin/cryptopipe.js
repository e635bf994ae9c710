#!/usr/bin/env node
import { createRequire } from 'node:module';

// Not `import`: scanning the CommonJS bundle for its exports would take a quarter of the start-up time.
createRequire(import.meta.url)('../dist/cryptopipe.cjs');
