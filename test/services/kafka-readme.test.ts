import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandbox } from '../e2e/cli.ts';
import { type KafkaCluster, startKafka } from './kafka/cluster.ts';

/** Lines of the README's blocks marked `kafka`, as one script: a broker of ours stands where it says 127.0.0.1:9092. */
const BLOCKS = [...readFileSync('README.md', 'utf8').matchAll(/^```kafka\n(.*?)^```$/gms)].map(
  ([, text]) => text!,
);

const { path } = sandbox();
let cluster: KafkaCluster;
beforeAll(async () => {
  cluster = await startKafka({ nodes: 1 });
});
afterAll(() => cluster?.close());

test("the README's lines for Kafka run in order, and each exits 0", async () => {
  mkdirSync(path('bin'));
  const program = path('bin/cryptopipe');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${resolve('bin/cryptopipe.js')}' "$@"\n`);
  chmodSync(program, 0o755);
  cpSync('examples', path('examples'), { recursive: true });
  const script = BLOCKS.join('').replaceAll('127.0.0.1:9092', cluster.bootstrap);
  expect(script.match(/^cryptopipe /gm)!.length).toBeGreaterThan(8);
  const env = { ...process.env, PATH: `${path('bin')}${delimiter}${process.env.PATH}` };
  const { code, output } = await new Promise<{ code: number; output: string }>((settle) =>
    execFile('bash', ['-e', '-c', script], { cwd: path(), env }, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : 1, output: stdout + stderr }),
    ),
  );
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  expect(output).toContain('"stage":"sink file candles"');
});
