import { afterEach, expect, test } from 'vitest';
import { readRule } from '../../../src/sources/x/rule.ts';
import type { XStub } from '../../stubs/x.ts';
import { connected, passUntil, type Run, run, stage } from './harness.ts';

let stub: XStub;
let running: Run | undefined;
afterEach(async () => {
  await running?.stop().catch(() => {});
  await stub.close();
  running = undefined;
});

test('posts travel to the topic as they came', async () => {
  const set = await stage();
  stub = set.stub;
  running = run(set.desk, stub.url, { rules: [readRule('btc=bitcoin')] });
  await connected(stub, set.clock);
  const posts = [stub.post(), stub.post()];
  await passUntil(set.clock, () => set.desk.of('tweets').length === 2, 5000);
  expect(set.desk.of('tweets').map(({ key, value }) => ({ id: key, line: value }))).toEqual(
    posts.map(({ id, line }) => ({ id, line })),
  );
  expect(set.desk.said).toEqual(['X: 1 rules added, 0 deleted, 0 as they were']);
  expect(stub.ledger.mostOpen).toBe(1);
});
