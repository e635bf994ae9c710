import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { assetPlugin } from './asset.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** parquetjs-lite, in the bench alone, calls the deprecated Buffer constructor; outside node_modules Node would warn of it on every run. */
const modernBuffers = {
  name: 'modern-buffers',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/(parquetjs-lite|node-int64)\/.*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('new Buffer(', 'newBuffer('),
    }));
  },
};
const banner = `const moduleUrl = require('node:url').pathToFileURL(__filename).href;
const newBuffer = (from, encoding) => typeof from === 'number' ? Buffer.alloc(from) : Buffer.from(from, encoding);`;

/** CommonJS, as the single binary needs it; `import()` stays lazy within the one file. */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  loader: { '.txt': 'text', '.csv': 'text' },
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: banner },
  plugins: [modernBuffers, assetPlugin],
  legalComments: 'none',
  logLevel: 'warning',
};

/**
 * In ASCII, as esbuild writes all but regular expressions: one other character doubles the memory of the whole text, in
 * each thread. A regular expression reads the escapes of a pair of surrogates as one character.
 */
const inAscii = (text) =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Bundles one entry into `dist/` and answers with a line that says what was made. A run meanwhile finds the old one. */
export async function bundle(entry, file, extra = {}) {
  const fresh = `${file}.${process.pid}`;
  await build({ ...common, entryPoints: [entry], outfile: fresh, ...extra });
  writeFileSync(root + fresh, inAscii(readFileSync(root + fresh, 'utf8')));
  renameSync(root + fresh, root + file);
  return `${file} ${Math.round(statSync(root + file).size / 1024)} KB`;
}

/** They stay outside: two find their addons by their place in node_modules; the others are large, and only some need them (eld is an ES module, which `import()` alone can load). */
const external = [
  'lmdb',
  'lz4-napi',
  'aws-msk-iam-sasl-signer-js',
  '@aws-sdk/client-s3',
  'mongodb',
  'undici',
  'twitter-api-v2',
  'eld/small',
  '@duckdb/node-api',
];

/** For installs. */
export const bundleCommandLine = () => bundle('src/cli/main.ts', 'dist/cryptopipe.cjs', { external });

export const bundleBench = () => bundle('test/bench/main.ts', 'dist/bench.cjs', { external });

/** What `npm run stubs` starts. */
export const bundleStubs = () => bundle('test/stubs/main.ts', 'dist/stubs.cjs', { external });

/** What `npm run train` starts. */
export const bundleTraining = () => bundle('train/sentiment.ts', 'dist/train.cjs', { external });
