// node build.mjs            dist/cryptopipe.cjs, the command line in one file
// node build.mjs --binary   dist/cryptopipe, a single executable with Node inside
// node build.mjs --bench    dist/bench.cjs
// node build.mjs --stubs    dist/stubs.cjs
// node build.mjs --train    dist/train.cjs
import { buildBinary } from './build/binary.mjs';
import { bundleBench, bundleCommandLine, bundleStubs, bundleTraining } from './build/bundle.mjs';

const jobs = {
  '': bundleCommandLine,
  '--binary': buildBinary,
  '--bench': bundleBench,
  '--stubs': bundleStubs,
  '--train': bundleTraining,
};
const job = jobs[process.argv[2] ?? ''];

try {
  if (!job) throw new Error(`'${process.argv[2]}' is not one of ${Object.keys(jobs).slice(1).join(', ')}`);
  console.log(await job());
} catch (error) {
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
}
