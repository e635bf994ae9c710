// Stands in for node-gyp-build-optional-packages in the single binary: lmdb's addon is an asset of the executable.
// dlopen needs a file, so the asset is written to a private folder and removed as soon as it is mapped.
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { constants, tmpdir } = require('node:os');
const { join } = require('node:path');
const { getRawAsset } = require('node:sea');

let addon;

module.exports = function load() {
  if (addon) return addon;
  let folder;
  try {
    folder = mkdtempSync(join(tmpdir(), 'cryptopipe-lmdb-'));
    const file = join(folder, 'lmdb.node');
    writeFileSync(file, new Uint8Array(getRawAsset('lmdb.node')), { mode: 0o500 });
    const loaded = { exports: {} };
    process.dlopen(loaded, file, constants.dlopen.RTLD_NOW);
    addon = loaded.exports;
  } catch (cause) {
    throw new Error(
      `the embedded log's library does not load from ${tmpdir()}: set TMPDIR to a folder that may hold executable files`,
      { cause },
    );
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
  return addon;
};
