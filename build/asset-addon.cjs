// Loads an addon that is an asset of the single binary. dlopen needs a file, so the asset is written to a private
// folder and removed as soon as it is mapped.
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { constants, tmpdir } = require('node:os');
const { join } = require('node:path');
const { getRawAsset } = require('node:sea');

/** `what` names the library for whoever reads the error. */
module.exports = function loadAsset(asset, what) {
  let folder;
  try {
    folder = mkdtempSync(join(tmpdir(), 'cryptopipe-addon-'));
    const file = join(folder, asset);
    writeFileSync(file, new Uint8Array(getRawAsset(asset)), { mode: 0o500 });
    const loaded = { exports: {} };
    process.dlopen(loaded, file, constants.dlopen.RTLD_NOW);
    return loaded.exports;
  } catch (cause) {
    throw new Error(
      `${what} does not load from ${tmpdir()}: set TMPDIR to a folder that may hold executable files`,
      { cause },
    );
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
};
