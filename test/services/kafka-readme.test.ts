import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandbox } from '../e2e/cli.ts';
import { type KafkaCluster, startKafka } from './kafka/cluster.ts';
import { blocksOf, runLines } from './readme-lines.ts';

const { path } = sandbox();
let cluster: KafkaCluster;
beforeAll(async () => {
  cluster = await startKafka({ nodes: 1 });
});
afterAll(() => cluster?.close());

test("the README's Kafka commands run in order and exit 0", async () => {
  const script = blocksOf('kafka').replaceAll('127.0.0.1:9092', cluster.bootstrap);
  expect(script.match(/^cryptopipe /gm)!.length).toBeGreaterThan(8);
  const { code, output } = await runLines(path, script);
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  expect(output).toContain('"stage":"sink file candles"');
});
